/** What may browse and play as me: apps and televisions that I let in, and app passwords. */
import { endSession, type SessionEntry } from '@holdfast/contract/accounts';
import { type AppPassword, listAppPasswords } from '@holdfast/contract/provider';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { queryKeys, sessionsQuery } from '../../api/queries.ts';
import { agoOf } from '../../messages/ago.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { IconKey, IconPhone, IconTelevision } from '../../ui/icons.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { MakeDialog } from './make-dialog.tsx';
import '../settings/settings.css';

export const appPasswordsQuery = queryOptions({
	queryKey: ['app-passwords'],
	queryFn: ({ signal }) => call(listAppPasswords, undefined, { signal }),
});

interface Row {
	readonly sessionId: string;
	readonly label: string;
	readonly note: string;
	readonly icon: ReactNode;
}

function Rows({ rows, none }: { readonly rows: readonly Row[]; readonly none: string }) {
	const text = useText();
	const client = useQueryClient();
	const faultText = useFaultText();
	const [endingId, setEndingId] = useState<string | null>(null);
	const end = async ({ sessionId, label }: Row) => {
		setEndingId(sessionId);
		try {
			await call(endSession, { params: { sessionId }, query: {} });
			showToast(text('apps.ended', { label }));
		} catch (error) {
			showToast(faultText(error).text);
		}
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		await client.invalidateQueries({ queryKey: appPasswordsQuery.queryKey });
		setEndingId(null);
	};
	if (rows.length === 0) return <p className="section-text">{none}</p>;
	return (
		<ul className="entries">
			{rows.map((row) => (
				<li key={row.sessionId} className="entry">
					<div className="entry-icon">{row.icon}</div>
					<div>
						<div className="entry-title">{row.label}</div>
						<div className="entry-note">{row.note}</div>
					</div>
					<div className="entry-actions">
						<Button
							aria-label={text('apps.end-of', { label: row.label })}
							isPending={endingId === row.sessionId}
							onPress={() => void end(row)}
						>
							{text('apps.end')}
						</Button>
					</div>
				</li>
			))}
		</ul>
	);
}

const useRows = () => {
	const text = useText();
	const intl = useIntl();
	const used = (timeMs: number) =>
		text('apps.used', { when: intl.formatRelativeTime(...agoOf(timeMs, Date.now())) });
	const until = (timeMs: number | null) =>
		timeMs === null
			? text('apps.passwords.no-end')
			: text('apps.passwords.until', { date: intl.formatDate(timeMs, { dateStyle: 'medium' }) });
	return {
		ofSession: (session: SessionEntry): Row => ({
			...session,
			note: [used(session.lastUsedAt), ...(session.network === null ? [] : [session.network])].join(' · '),
			icon: session.kind === 'tv' ? <IconTelevision /> : <IconPhone />,
		}),
		ofPassword: (password: AppPassword): Row => ({
			...password,
			note: [
				used(password.lastUsedAt),
				until(password.expiresAt),
				...(password.kind === 'plain' ? [text('apps.passwords.weaker')] : []),
			].join(' · '),
			icon: <IconKey />,
		}),
	};
};

/** Stands on the security page. */
export function AppsSection() {
	const text = useText();
	const rows = useRows();
	const sessions = useQuery(sessionsQuery).data?.sessions ?? [];
	const { data, error, refetch } = useQuery(appPasswordsQuery);
	const [isMaking, setIsMaking] = useState(false);
	const letIn = sessions.filter(({ kind }) => kind === 'tv' || kind === 'app');
	return (
		<>
			<section className="section" aria-labelledby="let-in">
				<div className="section-head">
					<h2 id="let-in">{text('apps.title')}</h2>
					<LinkButton to="/link">{text('apps.link')}</LinkButton>
				</div>
				<p className="section-text">{text('apps.lead')}</p>
				<Rows rows={letIn.map(rows.ofSession)} none={text('apps.none')} />
			</section>
			<section className="section" aria-labelledby="app-passwords">
				<div className="section-head">
					<h2 id="app-passwords">{text('apps.passwords.title')}</h2>
					<Button onPress={() => setIsMaking(true)}>{text('apps.passwords.make')}</Button>
				</div>
				<p className="section-text">{text('apps.passwords.lead')}</p>
				{error && <ErrorState error={error} onRetry={() => void refetch()} />}
				{data && <Rows rows={data.appPasswords.map(rows.ofPassword)} none={text('apps.passwords.none')} />}
				{isMaking && (
					<MakeDialog isPlainAllowed={data?.isPlainAllowed === true} onClose={() => setIsMaking(false)} />
				)}
			</section>
		</>
	);
}
