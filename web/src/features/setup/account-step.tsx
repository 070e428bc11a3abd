/** The owner's account. The password is turned into a record here; the server never sees it. */
import { useState } from 'react';
import { createOwner } from '../../accounts/credentials.ts';
import { NewPasswordField } from '../../accounts/new-password-field.tsx';
import { isPasswordGoodEnough } from '../../accounts/password-strength.ts';
import { ApiFault } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconShield } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface AccountStepProps {
	readonly flow: string;
	readonly onDone: () => Promise<void>;
	/** The flow is spent or too old: back to the code. */
	readonly onExpired: () => void;
}

interface Draft {
	readonly username: string;
	readonly displayName: string;
	readonly password: string;
}

const useAccountForm = ({ flow, onDone, onExpired }: AccountStepProps) => {
	const [draft, setDraft] = useState<Draft>({ username: '', displayName: '', password: '' });
	const [isChecked, setIsChecked] = useState(false);
	const username = draft.username.trim();
	const displayName = draft.displayName.trim() || username;
	const known = [draft.username, draft.displayName];
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (username === '' || !(await isPasswordGoodEnough(draft.password, known))) return;
		try {
			await createOwner({ flow, username, displayName, password: draft.password });
		} catch (error) {
			if (error instanceof ApiFault && error.code === 'accounts.flow.expired') onExpired();
			throw error;
		}
		await onDone();
	});
	const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
	return { draft, change, known, isChecked, submit };
};

export function AccountStep(props: AccountStepProps) {
	const text = useText();
	const faultText = useFaultText();
	const { draft, change, known, isChecked, submit } = useAccountForm(props);
	const isNameFault = submit.error instanceof ApiFault && submit.error.code.startsWith('accounts.username.');
	const missing = isChecked && draft.username.trim() === '' ? text('sign-in.required') : null;
	return (
		<form className="gate-form" method="post" action="/setup" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={text('setup.account.name')}
				name="username"
				autoComplete="username"
				spellCheck="false"
				maxLength={64}
				value={draft.username}
				onChange={(username) => change({ username })}
				note={text('setup.account.name.note')}
				fault={isNameFault ? faultText(submit.error).text : missing}
				isRequired
			/>
			<TextField
				label={text('setup.account.display-name')}
				name="name"
				autoComplete="name"
				maxLength={120}
				value={draft.displayName}
				onChange={(displayName) => change({ displayName })}
				placeholder={draft.username.trim()}
			/>
			<NewPasswordField
				label={text('setup.account.password')}
				value={draft.password}
				onChange={(password) => change({ password })}
				known={known}
				isChecked={isChecked}
			/>
			{!isNameFault && <FaultNotice error={submit.error} />}
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{submit.isPending ? text('setup.account.busy') : text('setup.account.action')}
			</Button>
			<p className="gate-quiet">
				<IconShield />
				{text('sign-in.privacy')}
			</p>
		</form>
	);
}
