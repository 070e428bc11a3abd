/** Inviting somebody: role, for how long, and then the link, once, as text and as a square to point a phone at. */
import {
	invite,
	inviteAdministrator,
	type InvitedRole,
	type MadeInvitation,
} from '@holdfast/contract/people';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { useLanguage } from '../../app/language.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choice.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { profileQuery } from '../profile/profile-queries.ts';
import { invitationsQuery } from './people-queries.ts';

const hoursOfDay = 24;
const lifetimes = ['1', '7', '30'] as const;
type Days = (typeof lifetimes)[number];

interface Terms {
	readonly role: InvitedRole;
	readonly days: Days;
	readonly note: string;
	readonly email: string;
}

const useInviting = (onMade: (made: MadeInvitation) => void) => {
	const client = useQueryClient();
	const { language } = useLanguage();
	const [terms, setTerms] = useState<Terms>({ role: 'member', days: '7', note: '', email: '' });
	const submit = useSubmit(async () => {
		const body = {
			note: terms.note.trim() || null,
			lifetimeHours: Number(terms.days) * hoursOfDay,
			email: terms.email.trim() || null,
			language,
		};
		const { role } = terms;
		const made =
			role === 'administrator'
				? await withStepUp(() => call(inviteAdministrator, { body }))
				: await call(invite, { body: { ...body, role } });
		await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
		onMade(made);
	});
	const change = (part: Partial<Terms>) => setTerms((before) => ({ ...before, ...part }));
	return { terms, change, submit };
};

function TermsForm({ onMade }: { readonly onMade: (made: MadeInvitation) => void }) {
	const text = useText();
	const isOwner = useQuery(sessionQuery).data?.person.role === 'owner';
	const canMail = useQuery(profileQuery).data?.canMail ?? false;
	const { terms, change, submit } = useInviting(onMade);
	const roles: readonly InvitedRole[] = isOwner ? ['member', 'guest', 'administrator'] : ['member', 'guest'];
	return (
		<form className="dialog-form" method="post" action="/people" onSubmit={submit.onSubmit} noValidate>
			<div className="option">
				<h3>{text('people.role')}</h3>
				<Segments
					label={text('people.role')}
					value={terms.role}
					onChange={(role) => change({ role })}
					options={roles.map((value) => ({ value, label: text(`people.role.${value}`) }))}
				/>
				<p className="field-note">{text(`people.role.${terms.role}.note`)}</p>
			</div>
			<div className="option">
				<h3>{text('invite.lifetime')}</h3>
				<Segments
					label={text('invite.lifetime')}
					value={terms.days}
					onChange={(days) => change({ days })}
					options={lifetimes.map((value) => ({ value, label: text('invite.days', { days: Number(value) }) }))}
				/>
			</div>
			<TextField
				label={text('invite.note')}
				name="note"
				autoComplete="off"
				maxLength={120}
				value={terms.note}
				onChange={(note) => change({ note })}
				note={text('invite.note.note')}
			/>
			{canMail && (
				<TextField
					label={text('invite.email')}
					name="invited-email"
					type="email"
					autoComplete="off"
					value={terms.email}
					onChange={(email) => change({ email })}
				/>
			)}
			<FaultNotice error={submit.error} />
			<Button type="submit" variant="primary" isPending={submit.isPending}>
				{text('invite.make')}
			</Button>
		</form>
	);
}

function Made({ made, onClose }: { readonly made: MadeInvitation; readonly onClose: () => void }) {
	const text = useText();
	const intl = useIntl();
	const link = made.link ?? `${location.origin}/join#${made.secret}`;
	const when = intl.formatDate(made.expiresAt, { dateStyle: 'medium', timeStyle: 'short' });
	return (
		<div className="dialog-form">
			<Notice>{text('invite.made', { when })}</Notice>
			{made.isMailed && <p>{text('invite.mailed')}</p>}
			<CopiedText label={text('invite.link')} value={link} />
			<QrCode value={link} label={text('invite.qr')} />
			<Button variant="primary" onPress={onClose}>
				{text('invite.done')}
			</Button>
		</div>
	);
}

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
	const text = useText();
	const [made, setMade] = useState<MadeInvitation | null>(null);
	return (
		<Dialog isOpen onClose={onClose} title={text('invite.title')}>
			{made ? <Made made={made} onClose={onClose} /> : <TermsForm onMade={setMade} />}
		</Dialog>
	);
}
