/** The name that others see, the name to sign in with, and the language of mails. */
import { changeUsername, type Language, type Profile, updateProfile } from '@holdfast/contract/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { ApiFault, call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choice.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PictureSection } from './picture-section.tsx';
import { keepProfile } from './profile-queries.ts';

interface PartProps {
	readonly profile: Profile;
}

function DisplayName({ profile }: PartProps) {
	const text = useText();
	const client = useQueryClient();
	const [displayName, setDisplayName] = useState(profile.person.displayName);
	const isChanged = displayName.trim() !== '' && displayName.trim() !== profile.person.displayName;
	const submit = useSubmit(async () => {
		if (!isChanged) return;
		await keepProfile(
			client,
			await call(updateProfile, { body: { displayName: displayName.trim(), language: profile.language } }),
		);
		showToast(text('profile.saved'));
	});
	return (
		<form className="narrow-form" method="post" action="/profile" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={text('setup.account.display-name')}
				name="name"
				autoComplete="name"
				maxLength={120}
				value={displayName}
				onChange={setDisplayName}
			/>
			<FaultNotice error={submit.error} />
			<div className="button-row">
				<Button type="submit" isDisabled={!isChanged} isPending={submit.isPending}>
					{text('action.save')}
				</Button>
			</div>
		</form>
	);
}

function SignInName({ profile }: PartProps) {
	const text = useText();
	const faultText = useFaultText();
	const client = useQueryClient();
	const [username, setUsername] = useState(profile.person.username);
	const isChanged = username.trim() !== '' && username.trim() !== profile.person.username;
	const submit = useSubmit(async () => {
		if (!isChanged) return;
		const changed = await withStepUp(() => call(changeUsername, { body: { username: username.trim() } }));
		await keepProfile(client, changed);
		showToast(text('profile.saved'));
	});
	const isNameFault = submit.error instanceof ApiFault && submit.error.code.startsWith('accounts.username.');
	return (
		<form className="narrow-form" method="post" action="/profile" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={text('setup.account.name')}
				name="username"
				autoComplete="username"
				spellCheck="false"
				maxLength={64}
				value={username}
				onChange={setUsername}
				note={text('profile.username.note')}
				fault={isNameFault ? faultText(submit.error).text : null}
			/>
			{!isNameFault && <FaultNotice error={submit.error} />}
			<div className="button-row">
				<Button type="submit" isDisabled={!isChanged} isPending={submit.isPending}>
					{text('profile.username.change')}
				</Button>
			</div>
		</form>
	);
}

const languages: readonly { value: Language; label: string }[] = [
	{ value: 'en', label: 'English' },
	{ value: 'de', label: 'Deutsch' },
];

function MailLanguage({ profile }: PartProps) {
	const text = useText();
	const client = useQueryClient();
	const change = async (language: Language) => {
		await keepProfile(
			client,
			await call(updateProfile, { body: { displayName: profile.person.displayName, language } }),
		);
	};
	return (
		<div className="option">
			<h3>{text('profile.language')}</h3>
			<Segments
				label={text('profile.language')}
				value={profile.language ?? 'en'}
				onChange={(language) => void change(language)}
				options={languages}
			/>
		</div>
	);
}

export function NamesSection({ profile }: PartProps) {
	const text = useText();
	return (
		<section className="section" aria-labelledby="names">
			<h2 id="names">{text('profile.names')}</h2>
			<div className="panel">
				<PictureSection profile={profile} />
				<DisplayName key={profile.person.displayName} profile={profile} />
				<SignInName key={profile.person.username} profile={profile} />
				<MailLanguage profile={profile} />
			</div>
		</section>
	);
}
