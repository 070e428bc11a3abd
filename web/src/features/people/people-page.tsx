/** The people of this server: who is here, who was invited, and what administrators can do. */
import type { PersonEntry } from '@holdfast/contract/people';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconPlus } from '../../ui/icons.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { InvitationsSection } from './invitations-section.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { peopleQuery } from './people-queries.ts';
import { CodeDialog, RoleDialog, SimpleDialog } from './person-actions.tsx';
import type { PersonAction } from './person-menu.ts';
import { PersonRow } from './person-row.tsx';
import '../settings/settings.css';
import '../profile/profile.css';

interface Asked {
	readonly person: PersonEntry;
	readonly action: PersonAction;
}

function ActionDialog({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
	const { person, action } = asked;
	if (action === 'role') return <RoleDialog person={person} onClose={onClose} />;
	if (action === 'reset' || action === 'factor')
		return <CodeDialog person={person} action={action} onClose={onClose} />;
	return <SimpleDialog person={person} action={action} onClose={onClose} />;
}

function PeopleSection() {
	const text = useText();
	const self = useQuery(sessionQuery).data?.person.accountId;
	const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
		useInfiniteQuery(peopleQuery);
	const [asked, ask] = useState<Asked | null>(null);
	const people = data?.pages.flatMap((page) => page.people) ?? [];
	return (
		<section className="section" aria-labelledby="people">
			<h2 id="people">{text('people.here')}</h2>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{people.length > 0 && (
				<ul className="entries">
					{people.map((person) => (
						<PersonRow
							key={person.accountId}
							person={person}
							isSelf={person.accountId === self}
							onAction={(action) => ask({ person, action })}
						/>
					))}
				</ul>
			)}
			{hasNextPage && (
				<Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
					{text('people.more')}
				</Button>
			)}
			{asked && <ActionDialog asked={asked} onClose={() => ask(null)} />}
		</section>
	);
}

export function PeoplePage() {
	const text = useText();
	const role = useQuery(sessionQuery).data?.person.role;
	const [isInviting, setIsInviting] = useState(false);
	const isAdministrator = role === 'owner' || role === 'administrator';
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('people.title')} />
					<p className="page-lead">{text('people.lead')}</p>
				</div>
				{isAdministrator && (
					<Button variant="primary" icon={<IconPlus />} onPress={() => setIsInviting(true)}>
						{text('invite.open')}
					</Button>
				)}
			</div>
			<div className="sections">
				{role && !isAdministrator && <Notice>{text('settings.members-only')}</Notice>}
				{isAdministrator && <PeopleSection />}
				{isAdministrator && <InvitationsSection />}
			</div>
			{isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
		</div>
	);
}
