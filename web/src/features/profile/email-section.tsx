/** The mail address: proven or waiting for its link, changed and removed. */
import { type Profile, removeEmail, setEmail } from '@holdfast/contract/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconMail } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { keepProfile } from './profile-queries.ts';

interface PartProps {
	readonly profile: Profile;
}

function AddressForm({ profile, onDone }: PartProps & { readonly onDone: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const [email, setAddress] = useState('');
	const submit = useSubmit(async () => {
		await keepProfile(client, await withStepUp(() => call(setEmail, { body: { email: email.trim() } })));
		onDone();
	});
	return (
		<form className="narrow-form" method="post" action="/profile" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={profile.email === null ? text('profile.email') : text('profile.email.next')}
				name="email"
				type="email"
				autoComplete="email"
				value={email}
				onChange={setAddress}
				note={text('profile.email.note')}
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<div className="button-row">
				<Button type="submit" variant="primary" isPending={submit.isPending}>
					{text('profile.email.send')}
				</Button>
				<Button variant="ghost" onPress={onDone}>
					{text('action.cancel')}
				</Button>
			</div>
		</form>
	);
}

function Address({ profile }: PartProps) {
	const text = useText();
	const address = profile.email ?? profile.pendingEmail;
	if (address === null) return <p className="section-text">{text('profile.email.none')}</p>;
	return (
		<div className="address-line">
			<IconMail />
			<strong>{address}</strong>
			<span className={profile.email === null ? 'entry-tag entry-tag-warn' : 'entry-tag'}>
				{profile.email === null ? text('profile.email.waiting') : text('profile.email.proven')}
			</span>
		</div>
	);
}

export function EmailSection({ profile }: PartProps) {
	const text = useText();
	const client = useQueryClient();
	const [isOpen, setIsOpen] = useState(false);
	const remove = useSubmit(async () => {
		await keepProfile(client, await withStepUp(() => call(removeEmail)));
	});
	const hasAny = profile.email !== null || profile.pendingEmail !== null;
	const isChanging = profile.email !== null && profile.pendingEmail !== null;
	return (
		<section className="section" aria-labelledby="mail">
			<h2 id="mail">{text('profile.email.title')}</h2>
			<div className="panel">
				<Address profile={profile} />
				{isChanging && (
					<Notice>{text('profile.email.changing', { address: profile.pendingEmail ?? '' })}</Notice>
				)}
				{!profile.canMail && <Notice tone="warn">{text('fault.accounts.mail.unconfigured')}</Notice>}
				{isOpen && <AddressForm profile={profile} onDone={() => setIsOpen(false)} />}
				<FaultNotice error={remove.error} />
				{!isOpen && (
					<div className="button-row">
						{profile.canMail && (
							<Button onPress={() => setIsOpen(true)}>
								{hasAny ? text('profile.email.change') : text('profile.email.add')}
							</Button>
						)}
						{hasAny && (
							<Button variant="ghost" isPending={remove.isPending} onPress={() => remove.onSubmit()}>
								{text('action.remove')}
							</Button>
						)}
					</div>
				)}
			</div>
		</section>
	);
}
