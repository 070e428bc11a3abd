/** What the people page asks of the server, and how it is refreshed. */
import { listInvitations, listPeople } from '@holdfast/contract/people';
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

const start: string | null = null;

export const peopleQuery = infiniteQueryOptions({
	queryKey: ['people'],
	queryFn: ({ pageParam, signal }) =>
		call(listPeople, { query: pageParam === null ? {} : { after: pageParam } }, { signal }),
	initialPageParam: start as string | null,
	getNextPageParam: ({ next }) => next,
});

export const invitationsQuery = queryOptions({
	queryKey: ['invitations'],
	queryFn: async ({ signal }) => (await call(listInvitations, undefined, { signal })).invitations,
});

export const refreshPeople = async (client: QueryClient): Promise<void> => {
	await client.invalidateQueries({ queryKey: peopleQuery.queryKey });
};
