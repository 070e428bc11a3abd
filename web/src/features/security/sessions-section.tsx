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
import { IconBrowser, IconPhone, IconTelevision, IconTerminal } from '../../ui/icons.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';

const iconFor = (session: SessionEntry): ReactNode => {
	if (session.kind === 'command-line') return <IconTerminal />;
	if (/tv|television|tizen|webos/i.test(session.label)) return <IconTelevision />;
	return /phone|ipad|android|mobile/i.test(session.label) ? <IconPhone /> : <IconBrowser />;
};

function Facts({ session }: { readonly session: SessionEntry }) {
	const text = useText();
	const intl = useIntl();
	const ago = (timeMs: number) => intl.formatRelativeTime(...agoOf(timeMs, Date.now()));
	const facts = [
		text('security.used', { when: ago(session.lastUsedAt) }),
		text('security.since', { when: ago(session.createdAt) }),
		...(session.network === null ? [] : [text('security.network', { network: session.network })]),
	];
	return (
		<>
			<div className="entry-note">{facts.join(' · ')}</div>
			<div className="entry-note">{text(`security.may.${session.kind}`)}</div>
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
			await call(endSession, { params: { sessionId } });
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
	const sorted = [...(data?.sessions ?? [])].sort(
		(a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastUsedAt - a.lastUsedAt,
	);
	return (
		<section className="section" aria-labelledby="signed-in">
			<h2 id="signed-in">{text('security.signed-in')}</h2>
			{error && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && (
				<ul className="entries">
					{sorted.map((session) => (
						<Entry
							key={session.sessionId}
							session={session}
							isEnding={endingId === session.sessionId}
							onEnd={() => (session.isCurrent ? setIsLeaving(true) : void end(session))}
						/>
					))}
				</ul>
			)}
			<EndHere isOpen={isLeaving} onClose={() => setIsLeaving(false)} />
		</section>
	);
}
