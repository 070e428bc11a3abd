/** The list of everything that is signed in as me. */
import { endSession, type SessionEntry, signOut } from '@holdfast/contract/accounts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { announceSignedOut, ApiFault, call } from '../../api/client.ts';
import { queryKeys, sessionsQuery } from '../../api/queries.ts';
import { agoOf } from '../../messages/ago.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import {
	IconApp,
	IconBrowser,
	IconKey,
	IconLink,
	IconPhone,
	IconServer,
	IconTelevision,
	IconTerminal,
} from '../../ui/icons.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { providersQuery } from '../single-sign-on/sso-queries.ts';
import { groupSessions } from './summary.ts';

const iconFor = ({ kind, label }: SessionEntry): ReactNode => {
	if (kind === 'command-line') return <IconTerminal />;
	if (kind === 'server') return <IconServer />;
	if (kind === 'single-sign-on') return <IconLink />;
	if (kind === 'app-password') return <IconKey />;
	if (kind === 'app') return <IconApp />;
	if (kind === 'tv' || /tv|television|tizen|webos/i.test(label)) return <IconTelevision />;
	return /phone|ipad|android|mobile/i.test(label) ? <IconPhone /> : <IconBrowser />;
};

/** What the provider is called that vouched for a session; one that is gone has no name any more. */
const useProviderName = ({ providerId }: SessionEntry): string | undefined =>
	useQuery({ ...providersQuery, enabled: providerId !== undefined }).data?.providers.find(
		(each) => each.providerId === providerId,
	)?.name;

function Facts({ session }: { readonly session: SessionEntry }) {
	const text = useText();
	const intl = useIntl();
	const provider = useProviderName(session);
	const ago = (timeMs: number) => intl.formatRelativeTime(...agoOf(timeMs, Date.now()));
	const facts = [
		text('security.used', { when: ago(session.lastUsedAt) }),
		text('security.since', { when: ago(session.createdAt) }),
		...(provider === undefined ? [] : [text('security.by-provider', { name: provider })]),
		...(session.isKeyBound ? [text('security.key-bound')] : []),
		...(session.place === null ? [] : [session.place]),
		...(session.network === null ? [] : [text('security.network', { network: session.network })]),
	];
	const may = [
		text(`security.may.${session.kind}`),
		...(session.expiresAt === null || session.kind === 'browser'
			? []
			: [text('security.ends', { when: intl.formatDate(session.expiresAt, { dateStyle: 'medium' }) })]),
	];
	return (
		<>
			<div className="entry-note">{facts.join(' · ')}</div>
			<div className="entry-note">{may.join(' ')}</div>
		</>
	);
}

interface EntryProps {
	readonly session: SessionEntry;
	readonly onEnd: () => void;
	readonly isEnding: boolean;
}

function Entry({ session, onEnd, isEnding }: EntryProps) {
	const text = useText();
	return (
		<li className={session.isCurrent ? 'entry entry-this' : 'entry'}>
			<div className="entry-icon">{iconFor(session)}</div>
			<div>
				<div className="entry-title">
					{session.label}
					{session.isCurrent && <span className="entry-tag">{text('security.this')}</span>}
				</div>
				<Facts session={session} />
			</div>
			<div className="entry-actions">
				<Button
					aria-label={text('security.end-of', { label: session.label })}
					onPress={onEnd}
					isPending={isEnding}
				>
					{text('security.end')}
				</Button>
			</div>
		</li>
	);
}

/** Ending one that has ended already is what was wanted. */
const isEndedAlready = (error: unknown): boolean =>
	error instanceof ApiFault && error.code === 'accounts.session.absent';

const useEnding = () => {
	const text = useText();
	const client = useQueryClient();
	const faultText = useFaultText();
	const [endingId, setEndingId] = useState<string | null>(null);
	const end = async ({ sessionId, label }: SessionEntry) => {
		setEndingId(sessionId);
		try {
			await call(endSession, { params: { sessionId }, query: {} });
			showToast(text('security.ended', { label }));
		} catch (error) {
			if (!isEndedAlready(error)) showToast(faultText(error).text);
		}
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		setEndingId(null);
	};
	return { endingId, end };
};

function EndHere({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
	const text = useText();
	const leave = async () => {
		await call(signOut).catch(() => undefined);
		announceSignedOut();
	};
	return (
		<ConfirmDialog
			isOpen={isOpen}
			onClose={onClose}
			title={text('security.end-here.title')}
			action={text('security.end')}
			onConfirm={() => void leave()}
		>
			<p>{text('security.end-here.text')}</p>
		</ConfirmDialog>
	);
}

export function SessionsSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(sessionsQuery);
	const { endingId, end } = useEnding();
	const [isLeaving, setIsLeaving] = useState(false);
	const grouped = groupSessions(data?.sessions ?? []);
	return (
		<section className="section" aria-labelledby="signed-in">
			<h2 id="signed-in">{text('security.signed-in')}</h2>
			{error && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{grouped.map(({ group, sessions }) => (
				<div key={group} className="session-group">
					{(grouped.length > 1 || group !== 'browsers') && <h3>{text(`security.group.${group}`)}</h3>}
					<ul className="entries">
						{sessions.map((session) => (
							<Entry
								key={session.sessionId}
								session={session}
								isEnding={endingId === session.sessionId}
								onEnd={() => (session.isCurrent ? setIsLeaving(true) : void end(session))}
							/>
						))}
					</ul>
				</div>
			))}
			<EndHere isOpen={isLeaving} onClose={() => setIsLeaving(false)} />
		</section>
	);
}
