/**
 * For somebody whose right password is answered as wrong: after many wrong ones from devices that nobody
 * knows, a new device shows something more. The page offers it after every failure: the server never says
 * when it is needed.
 */
import { requestSignInCode } from '@holdfast/contract/accounts';
import { useState } from 'react';
import type { SignInExtra } from '../../accounts/credentials.ts';
import { isRecoveryCode } from '../../accounts/typed-codes.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** What was typed, as what the server takes; nothing where nothing was. A mailed code is the shorter. */
export const extraOf = (typed: string): SignInExtra | undefined => {
	const code = typed.trim();
	if (code.length < 8) return undefined;
	return { kind: isRecoveryCode(code) ? 'recovery-code' : 'mailed-code', code };
};

export interface UnknownDeviceProps {
	readonly username: string;
	readonly code: string;
	readonly onCode: (code: string) => void;
}

export function UnknownDevice({ username, code, onCode }: UnknownDeviceProps) {
	const text = useText();
	const [email, setEmail] = useState('');
	const [isSent, setIsSent] = useState(false);
	const submit = useSubmit(async () => {
		await call(requestSignInCode, { body: { username: username.trim(), email: email.trim() } });
		setIsSent(true);
	});
	const canAsk = username.trim() !== '' && /^\S+@\S+$/.test(email.trim());
	return (
		<details className="gate-details">
			<summary>{text('sign-in.unknown')}</summary>
			<div className="gate-form">
				<p>{text('sign-in.unknown.text')}</p>
				<TextField
					label={text('sign-in.unknown.email')}
					name="email"
					type="email"
					autoComplete="email"
					value={email}
					onChange={setEmail}
				/>
				<FaultNotice error={submit.error} />
				<div role="status">{isSent && <Notice>{text('sign-in.unknown.sent')}</Notice>}</div>
				<Button isDisabled={!canAsk} isPending={submit.isPending} onPress={() => submit.onSubmit()}>
					{text('sign-in.unknown.mail')}
				</Button>
				<div className="code-text">
					<TextField
						label={text('sign-in.unknown.code')}
						name="extra-code"
						autoComplete="off"
						spellCheck="false"
						value={code}
						onChange={onCode}
					/>
				</div>
			</div>
		</details>
	);
}
