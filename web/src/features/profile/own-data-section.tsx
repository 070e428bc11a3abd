/** Taking everything along, and leaving. */
import { getStepUp } from '@holdfast/contract/accounts';
import { exportProfile, leave, type Profile } from '@holdfast/contract/people';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { withStepUp } from '../../accounts/step-up.tsx';
import { announceSignedOut, ApiFault, call, urlOf } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconDownload, IconTrash } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** A download is a navigation and cannot ask for a proof: it is asked for before. */
const beFresh = async (): Promise<void> => {
	const { isFresh } = await call(getStepUp);
	if (!isFresh) throw new ApiFault('access.step-up-needed', 403);
};

interface Farewell {
	readonly link: string;
	readonly deleteAfter: number;
}

function LeaveForm({ profile, onLeft }: LeaveProps) {
	const text = useText();
	const [username, setUsername] = useState('');
	const submit = useSubmit(async () => {
		const left = await withStepUp(() => call(leave, { body: { username } }));
		const link = left.link ?? `${location.origin}/come-back#${left.secret}`;
		onLeft({ link, deleteAfter: left.deleteAfter });
	});
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

interface LeaveProps {
	readonly profile: Profile;
	readonly onLeft: (farewell: Farewell) => void;
}

function Left({ link, deleteAfter }: Farewell) {
	const text = useText();
	const intl = useIntl();
	return (
		<div className="dialog-form">
			<Notice>
				{text('profile.left.text', { when: intl.formatDate(deleteAfter, { dateStyle: 'long' }) })}
			</Notice>
			<CopiedText label={text('profile.left.link')} value={link} />
			<Button variant="primary" onPress={announceSignedOut}>
				{text('profile.left.done')}
			</Button>
		</div>
	);
}

export function OwnDataSection({ profile }: { readonly profile: Profile }) {
	const text = useText();
	const [isLeaving, setIsLeaving] = useState(false);
	const [farewell, setFarewell] = useState<Farewell | null>(null);
	const download = useSubmit(async () => {
		await withStepUp(beFresh);
		location.assign(urlOf(exportProfile));
	});
	const isOwner = profile.person.role === 'owner';
	const close = () => (farewell ? announceSignedOut() : setIsLeaving(false));
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
			<Dialog
				isOpen={isLeaving}
				onClose={close}
				title={farewell ? text('profile.left.title') : text('profile.leave.title')}
			>
				{farewell ? <Left {...farewell} /> : <LeaveForm profile={profile} onLeft={setFarewell} />}
			</Dialog>
		</section>
	);
}
