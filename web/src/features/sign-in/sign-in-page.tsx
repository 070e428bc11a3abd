/** Sign in: a name, a password that stays on this device, and what went wrong in plain words. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { signIn } from '../../accounts/credentials.ts';
import { ApiFault } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { readSession, writeSession } from '../../app/storage.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconShield } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { farewellKey } from './farewell.ts';

/** Only addresses of this app: a link must not lead somebody away after signing in. */
const safeNext = (next: string | undefined): string =>
	next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';

function Farewell() {
	const text = useText();
	const [reason] = useState(() => readSession(farewellKey));
	if (reason === 'password-changed') return <Notice>{text('sign-in.changed')}</Notice>;
	if (reason === 'signed-out-everywhere') return <Notice>{text('sign-in.signed-out-everywhere')}</Notice>;
	return null;
}

const useSignIn = (username: string, password: string) => {
	const router = useRouter();
	const client = useQueryClient();
	const { next } = useSearch({ from: '/sign-in' });
	return useSubmit(async () => {
		const answer = await signIn({ username: username.trim(), password });
		if (answer.state !== 'signed-in') throw new ApiFault('accounts.factor.wrong', 401);
		client.setQueryData(queryKeys.session, answer.signed);
		writeSession(farewellKey, null);
		router.history.push(safeNext(next));
	});
};

export function SignInPage() {
	const text = useText();
	const [username, setUsername] = useState('');
	const [password, setPassword] = useState('');
	const [isChecked, setIsChecked] = useState(false);
	const submit = useSignIn(username, password);
	const missing = (value: string) => (isChecked && value === '' ? text('sign-in.required') : null);
	const onSubmit: typeof submit.onSubmit = (event) => {
		event?.preventDefault();
		setIsChecked(true);
		if (username.trim() !== '' && password !== '') submit.onSubmit(event);
	};
	return (
		<Gate title={text('sign-in.title')} lead={text('sign-in.lead')}>
			<form className="gate-form" method="post" action="/sign-in" onSubmit={onSubmit} noValidate>
				<Farewell />
				<TextField
					label={text('sign-in.name')}
					name="username"
					autoComplete="username"
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
				<p className="gate-quiet">
					<IconShield />
					{text('sign-in.privacy')}
				</p>
				<details className="gate-details">
					<summary>{text('sign-in.forgotten')}</summary>
					<p>{text('sign-in.forgotten.text')}</p>
				</details>
			</form>
		</Gate>
	);
}
