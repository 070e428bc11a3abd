/** Taking everything along, and leaving. */
import { getStepUp } from '@holdfast/contract/accounts';
import { exportProfile, leave, type Profile } from '@holdfast/contract/people';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { ApiFault, call, urlOf } from '../../api/client.ts';
import { whileRenewing } from '../../api/live-events.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconDownload, IconTrash } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { holdLeft } from './left.ts';

/** A download is a navigation and cannot ask for a proof: it is asked for before. */
const beFresh = async (): Promise<void> => {
	const { isFresh } = await call(getStepUp);
	if (!isFresh) throw new ApiFault('access.step-up-needed', 403);
};

/** A link that saves, since a page that is left for a file may lose its live stream. */
const save = (url: string): void => {
	const link = document.createElement('a');
	link.href = url;
	link.download = '';
	link.click();
};

function LeaveForm({ profile }: { readonly profile: Profile }) {
	const text = useText();
	const router = useRouter();
	const [username, setUsername] = useState('');
	const submit = useSubmit(() =>
		// The stream says that the session ended, which must not take the page away before the link is shown.
		whileRenewing(async () => {
			const left = await withStepUp(() => call(leave, { body: { username } }));
			const link = left.link ?? `${location.origin}/come-back#${left.secret}`;
			holdLeft({ link, deleteAfter: left.deleteAfter });
			await router.navigate({ to: '/left', replace: true });
		}),
	);
	return (
		<form className="dialog-form" method="post" action="/profile" onSubmit={submit.onSubmit} noValidate>
			<p>{text('profile.leave.text')}</p>
			<TextField
				label={text('profile.leave.name', { name: profile.person.username })}
				name="confirm"
				autoComplete="off"
				value={username}
				onChange={setUsername}
				autoFocus
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<Button
				type="submit"
				variant="danger"
				icon={<IconTrash />}
				isDisabled={username.trim() === ''}
				isPending={submit.isPending}
			>
				{text('profile.leave.action')}
			</Button>
		</form>
	);
}

export function OwnDataSection({ profile }: { readonly profile: Profile }) {
	const text = useText();
	const [isLeaving, setIsLeaving] = useState(false);
	const download = useSubmit(async () => {
		await withStepUp(beFresh);
		save(urlOf(exportProfile));
	});
	const isOwner = profile.person.role === 'owner';
	return (
		<section className="section" aria-labelledby="own-data">
			<h2 id="own-data">{text('profile.data')}</h2>
			<div className="panel">
				<p className="section-text">{text('profile.export.text')}</p>
				<FaultNotice error={download.error} />
				<Button icon={<IconDownload />} isPending={download.isPending} onPress={() => download.onSubmit()}>
					{text('profile.export.action')}
				</Button>
			</div>
			<div className="panel">
				<p className="section-text">
					{isOwner ? text('fault.accounts.owner.stays') : text('profile.leave.lead')}
				</p>
				{!isOwner && (
					<Button variant="danger" onPress={() => setIsLeaving(true)}>
						{text('profile.leave.open')}
					</Button>
				)}
			</div>
			<Dialog isOpen={isLeaving} onClose={() => setIsLeaving(false)} title={text('profile.leave.title')}>
				<LeaveForm profile={profile} />
			</Dialog>
		</section>
	);
}
