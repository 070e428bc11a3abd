/** Name and password, or a passkey alone: the first step of signing in. */
import type { Authentication } from '@holdfast/contract/accounts';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useEffectEvent, useState } from 'react';
import { signIn } from '../../accounts/credentials.ts';
import {
	canAutofillPasskeys,
	endPasskeyOffer,
	PasskeyDeclined,
	whyNoPasskeys,
} from '../../accounts/passkeys.ts';
import { showPasskey } from '../../accounts/proofs.ts';
import { statusQuery } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconKey } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { extraOf, UnknownDevice } from './unknown-device.tsx';

export interface SignInFormProps {
	readonly onAnswer: (answer: Authentication) => void;
}

const passkeyOrNothing = async (isAutofill: boolean): Promise<Authentication | null> => {
	try {
		return await showPasskey(null, isAutofill);
	} catch (error) {
		if (error instanceof PasskeyDeclined) return null;
		throw error;
	}
};

/** Offers passkeys where the name is typed, as the browser shows saved passwords. Failing, it is not there. */
const usePasskeyOffer = (isPossible: boolean, onAnswer: (answer: Authentication) => void): void => {
	// A page drawn anew is no new offer.
	const answered = useEffectEvent(onAnswer);
	useEffect(() => {
		if (!isPossible) return undefined;
		let isCurrent = true;
		const offer = async () => {
			if (!(await canAutofillPasskeys()) || !isCurrent) return;
			const answer = await passkeyOrNothing(true);
			if (answer && isCurrent) answered(answer);
		};
		offer().catch(() => undefined);
		return () => {
			isCurrent = false;
			void endPasskeyOffer();
		};
	}, [isPossible]);
};

function PasskeyButton({ onAnswer }: SignInFormProps) {
	const text = useText();
	const submit = useSubmit(async () => {
		const answer = await passkeyOrNothing(false);
		if (answer) onAnswer(answer);
	});
	return (
		<>
			<Button
				isLarge
				isWide
				icon={<IconKey />}
				isPending={submit.isPending}
				onPress={() => submit.onSubmit()}
			>
				{text('sign-in.passkey')}
			</Button>
			<FaultNotice error={submit.error} />
		</>
	);
}

export function SignInForm({ onAnswer }: SignInFormProps) {
	const text = useText();
	const [username, setUsername] = useState('');
	const [password, setPassword] = useState('');
	const [isChecked, setIsChecked] = useState(false);
	const status = useQuery(statusQuery).data;
	const canPasskeys = status !== undefined && whyNoPasskeys(status) === null;
	usePasskeyOffer(canPasskeys, onAnswer);
	const [code, setCode] = useState('');
	const submit = useSubmit(async () => {
		const extra = extraOf(code);
		onAnswer(await signIn({ username: username.trim(), password, ...(extra && { extra }) }));
	});
	const missing = (value: string) => (isChecked && value === '' ? text('sign-in.required') : null);
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		setIsChecked(true);
		if (username.trim() !== '' && password !== '') submit.onSubmit(event);
	};
	return (
		<>
			<form className="gate-form" method="post" action="/sign-in" onSubmit={onSubmit} noValidate>
				<TextField
					label={text('sign-in.name')}
					name="username"
					autoComplete={canPasskeys ? 'username webauthn' : 'username'}
					spellCheck="false"
					value={username}
					onChange={setUsername}
					fault={missing(username)}
					isRequired
				/>
				<PasswordField
					label={text('sign-in.password')}
					name="password"
					autoComplete="current-password"
					value={password}
					onChange={setPassword}
					fault={missing(password)}
					isRequired
				/>
				<FaultNotice error={submit.error} />
				<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
					{submit.isPending ? text('sign-in.busy') : text('sign-in.action')}
				</Button>
				{submit.error !== null && <UnknownDevice username={username} code={code} onCode={setCode} />}
			</form>
			{canPasskeys && <PasskeyButton onAnswer={onAnswer} />}
		</>
	);
}
