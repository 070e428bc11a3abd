/** What happened to this account, and why: in words, newest first, a page at a time. */
import type { ActivityEntry } from '@holdfast/contract/activity';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { isWorthTelling, useActivityWords } from './activity-words.ts';
import { activityQuery } from './security-queries.ts';

function Entry({ entry }: { readonly entry: ActivityEntry }) {
	const intl = useIntl();
	const words = useActivityWords()(entry);
	const when = intl.formatDate(entry.at, { dateStyle: 'medium', timeStyle: 'short' });
	return (
		<li className="happened" data-tone={words.isWarning ? 'warn' : undefined}>
			<time className="happened-when" dateTime={new Date(entry.at).toISOString()} title={when}>
				{intl.formatRelativeTime(...agoOf(entry.at, Date.now()))}
			</time>
			<div>
				<div className="happened-what">{words.what}</div>
				{words.how !== '' && <div className="entry-note">{words.how}</div>}
				{words.why.map((reason) => (
					<div key={reason} className="entry-note">
						{reason}
					</div>
				))}
			</div>
		</li>
	);
}

export function ActivitySection() {
	const text = useText();
	const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } =
		useInfiniteQuery(activityQuery);
	const entries = (data?.pages ?? []).flatMap((page) => page.entries).filter(isWorthTelling);
	return (
		<section className="section" aria-labelledby="activity">
			<h2 id="activity">{text('activity.title')}</h2>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && (
				<div className="panel">
					<p className="section-text">{text('activity.text')}</p>
					<ol className="happenings">
						{entries.map((entry) => (
							<Entry key={entry.eventId} entry={entry} />
						))}
					</ol>
					{hasNextPage && (
						<Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
							{text('activity.more')}
						</Button>
					)}
				</div>
			)}
		</section>
	);
}
