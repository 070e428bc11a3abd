/** Invitations that nobody has used yet. */
import { type OpenInvitation, revokeInvitation } from '@holdfast/contract/people';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconLink } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { invitationsQuery } from './people-queries.ts';

function Entry({ invitation }: { readonly invitation: OpenInvitation }) {
	const text = useText();
	const intl = useIntl();
	const client = useQueryClient();
	const { invitationId, role, note, email, invitedBy, expiresAt } = invitation;
	const title = note ?? email ?? text('invitations.unnamed');
	const submit = useSubmit(async () => {
		await call(revokeInvitation, { params: { invitationId } });
		await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
	});
	return (
		<li className="entry">
			<div className="entry-icon">
				<IconLink />
			</div>
			<div>
				<div className="entry-title">
					{title}
					<span className="entry-tag">{text(`people.role.${role}`)}</span>
				</div>
				<div className="entry-note">
					{text('invitations.by', { name: invitedBy.displayName })} ·{' '}
					{text('invitations.until', {
						when: intl.formatDate(expiresAt, { dateStyle: 'medium', timeStyle: 'short' }),
					})}
					{email !== null && note !== null && ` · ${email}`}
				</div>
			</div>
			<div className="entry-actions">
				<Button
					aria-label={text('invitations.revoke-of', { title })}
					isPending={submit.isPending}
					onPress={() => submit.onSubmit()}
				>
					{text('invitations.revoke')}
				</Button>
			</div>
			{submit.error !== null && (
				<div className="entry-wide">
					<FaultNotice error={submit.error} />
				</div>
			)}
		</li>
	);
}

export function InvitationsSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(invitationsQuery);
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data || data.length === 0) return null;
	return (
		<section className="section" aria-labelledby="invitations">
			<h2 id="invitations">{text('invitations.title')}</h2>
			<ul className="entries">
				{data.map((invitation) => (
					<Entry key={invitation.invitationId} invitation={invitation} />
				))}
			</ul>
		</section>
	);
}
