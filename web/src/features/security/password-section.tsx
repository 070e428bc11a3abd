/** Change the password; with the tick, everything that was signed in with the old one is out. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../../accounts/credentials.ts';
import { HiddenUsername } from '../../accounts/hidden-username.tsx';
import { NewPasswordField } from '../../accounts/new-password-field.tsx';
import { isPasswordGoodEnough } from '../../accounts/password-strength.ts';
import { announceSignedOut, ApiFault } from '../../api/client.ts';
import { queryKeys, sessionQuery } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { leaveFarewell } from '../sign-in/farewell.tsx';

const useChange = (names: readonly string[], onDone: () => void) => {
	const text = useText();
	const client = useQueryClient();
	const [password, setPassword] = useState('');
	const [nextPassword, setNextPassword] = useState('');
	const [signOutEverywhere, setSignOutEverywhere] = useState(true);
	const [isChecked, setIsChecked] = useState(false);
	const known = [...names, password];
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (password === '' || !(await isPasswordGoodEnough(nextPassword, known))) return;
		// Set first: the stream may tell that the session ended before the answer comes.
		if (signOutEverywhere) leaveFarewell('password-changed');
		try {
			const signed = await changePassword({ password, nextPassword, signOutEverywhere });
			if (signed) client.setQueryData(queryKeys.session, signed);
		} catch (error) {
			leaveFarewell(null);
			throw error;
		}
		if (signOutEverywhere) announceSignedOut();
		else showToast(text('security.password.done'));
		await client.invalidateQueries({ queryKey: queryKeys.stepUp });
		onDone();
	});
	const fields = {
		password,
		setPassword,
		nextPassword,
		setNextPassword,
		signOutEverywhere,
		setSignOutEverywhere,
	};
	return { ...fields, known, isChecked, submit };
};

function PasswordForm({ onDone }: { readonly onDone: () => void }) {
	const text = useText();
	const person = useQuery(sessionQuery).data?.person;
	const form = useChange([person?.username ?? '', person?.displayName ?? ''], onDone);
	const { submit, isChecked } = form;
	const isWrong = submit.error instanceof ApiFault && submit.error.code === 'accounts.credentials.wrong';
	const missing = isChecked && form.password === '' ? text('sign-in.required') : null;
	return (
		<form className="narrow-form" method="post" action="/security" onSubmit={submit.onSubmit} noValidate>
			<HiddenUsername value={person?.username ?? ''} />
			<PasswordField
				label={text('security.password.now')}
				name="password"
				autoComplete="current-password"
				value={form.password}
				onChange={form.setPassword}
				fault={isWrong ? text('fault.accounts.credentials.wrong') : missing}
				isRequired
			/>
			<NewPasswordField
				label={text('password.new')}
				value={form.nextPassword}
				onChange={form.setNextPassword}
				known={form.known}
				isChecked={isChecked}
			/>
			<Checkbox
				name="sign-out-devices"
				isSelected={form.signOutEverywhere}
				onChange={form.setSignOutEverywhere}
				note={text('security.password.devices.note')}
			>
				{text('security.password.devices')}
			</Checkbox>
			{!isWrong && <FaultNotice error={submit.error} />}
			<div className="button-row">
				<Button type="submit" variant="primary" isPending={submit.isPending}>
					{submit.isPending ? text('security.password.busy') : text('security.password.change')}
				</Button>
				<Button variant="ghost" onPress={onDone}>
					{text('action.cancel')}
				</Button>
			</div>
		</form>
	);
}

export function PasswordSection() {
	const text = useText();
	const [isOpen, setIsOpen] = useState(false);
	return (
		<section className="section" aria-labelledby="password">
			<h2 id="password">{text('security.password')}</h2>
			<div className="panel">
				<p className="section-text">{text('security.password.text')}</p>
				{isOpen ? (
					<PasswordForm onDone={() => setIsOpen(false)} />
				) : (
					<Button onPress={() => setIsOpen(true)}>{text('security.password.change')}</Button>
				)}
			</div>
		</section>
	);
}
