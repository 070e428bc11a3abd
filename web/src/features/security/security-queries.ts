/** What several parts of the security centre read. */
import { listActivity } from '@holdfast/contract/activity';
import { listFactors } from '@holdfast/contract/factors';
import { listMyMails } from '@holdfast/contract/recovery';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';

export const factorsQuery = queryOptions({
	queryKey: queryKeys.factors,
	queryFn: ({ signal }) => call(listFactors, undefined, { signal }),
});

/** A page of activity is short: people look at the newest. */
const activityPage = 8;

export const activityQuery = infiniteQueryOptions({
	queryKey: queryKeys.activity,
	queryFn: ({ signal, pageParam }) =>
		call(
			listActivity,
			{ query: { limit: activityPage, ...(pageParam !== null && { before: pageParam }) } },
			{ signal },
		),
	initialPageParam: null as string | null,
	getNextPageParam: (last) => last.next,
});

export const mailsQuery = queryOptions({
	queryKey: queryKeys.mails,
	queryFn: async ({ signal }) => (await call(listMyMails, undefined, { signal })).mails,
});
