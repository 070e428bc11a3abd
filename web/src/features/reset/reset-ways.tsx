/** The ways to a new password: a mailed link, a recovery code, a code that an administrator handed over. */
import { requestReset } from '@holdfast/contract/recovery';
import { type FormEvent, useState } from 'react';
import { isRecoveryCode, RecoveryCodeField } from '../../accounts/typed-codes.tsx';
import { call } from '../../api/client.ts';
import { useLinkSecret } from '../../app/link-secret.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { NewPasswordForm } from './new-password-form.tsx';
import { useReset } from './use-reset.ts';

/** The page says the same whether or not anybody has this address; so does the server. */
export function AskByMail() {
	const text = useText();
	const [email, setEmail] = useState('');
	const [isChecked, setIsChecked] = useState(false);
	const [answer, setAnswer] = useState<'sent' | 'no-mail' | null>(null);
	const isAddress = /^\S+@\S+$/.test(email.trim());
	const submit = useSubmit(async () => {
		const { canMail } = await call(requestReset, { body: { email: email.trim() } });
		setAnswer(canMail ? 'sent' : 'no-mail');
	});
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		setIsChecked(true);
		if (isAddress) submit.onSubmit();
	};
	return (
		<form className="gate-form" method="post" action="/reset" onSubmit={onSubmit} noValidate>
			<TextField
				label={text('reset.mail.address')}
				name="email"
				type="email"
				inputMode="email"
				autoComplete="email"
				spellCheck="false"
				maxLength={254}
				value={email}
				onChange={setEmail}
				fault={isChecked && !isAddress ? text('reset.mail.invalid') : null}
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<div role="status">
				{answer === 'sent' && <Notice>{text('reset.mail.sent')}</Notice>}
				{answer === 'no-mail' && <Notice tone="warn">{text('reset.mail.none')}</Notice>}
			</div>
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{text(answer === 'sent' ? 'reset.mail.again' : 'reset.mail.action')}
			</Button>
		</form>
	);
}

export function ByLink() {
	const secret = useLinkSecret('reset');
	const reset = useReset(secret === null ? null : { kind: 'link', secret }, []);
	return <NewPasswordForm reset={reset} names={[]} />;
}

interface NameFieldProps {
	readonly value: string;
	readonly onChange: (value: string) => void;
	readonly isChecked: boolean;
}

function NameField({ value, onChange, isChecked }: NameFieldProps) {
	const text = useText();
	return (
		<TextField
			label={text('sign-in.name')}
			name="username"
			autoComplete="username"
			spellCheck="false"
			maxLength={256}
			value={value}
			onChange={onChange}
			fault={isChecked && value.trim() === '' ? text('sign-in.required') : null}
			isRequired
		/>
	);
}

const proofOf = (
	kind: 'recovery-code' | 'handed-over-code',
	name: string,
	typed: string,
	isWhole: boolean,
) => {
	const username = name.trim();
	return username !== '' && isWhole ? { kind, username, code: typed.trim() } : null;
};

export function ByRecoveryCode() {
	const text = useText();
	const [name, setName] = useState('');
	const [code, setCode] = useState('');
	const reset = useReset(proofOf('recovery-code', name, code, isRecoveryCode(code)), [name]);
	const isShort = reset.isChecked && !isRecoveryCode(code);
	return (
		<NewPasswordForm reset={reset} names={[name]}>
			<NameField value={name} onChange={setName} isChecked={reset.isChecked} />
			<RecoveryCodeField
				value={code}
				onChange={setCode}
				fault={isShort ? text('factor.recovery-code.short') : null}
			/>
		</NewPasswordForm>
	);
}

/** Shorter ones are no codes of ours. */
const handedOverCodeMin = 8;

export function ByHandedOverCode() {
	const text = useText();
	const [name, setName] = useState('');
	const [code, setCode] = useState('');
	const isWhole = code.trim().length >= handedOverCodeMin;
	const reset = useReset(proofOf('handed-over-code', name, code, isWhole), [name]);
	return (
		<NewPasswordForm reset={reset} names={[name]}>
			<NameField value={name} onChange={setName} isChecked={reset.isChecked} />
			<div className="code-text">
				<TextField
					label={text('reset.handed.code')}
					note={text('reset.handed.code.note')}
					name="reset-code"
					autoComplete="off"
					autoCorrect="off"
					spellCheck="false"
					maxLength={40}
					value={code}
					onChange={setCode}
					fault={reset.isChecked && !isWhole ? text('sign-in.required') : null}
					isRequired
				/>
			</div>
		</NewPasswordForm>
	);
}
