/**
 * Keys and options of the queries that the shell and several pages share. Other pages keep theirs beside
 * them.
 */
import { getSession, listSessions } from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import { getStatus, listAddresses } from '@holdfast/contract/system';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

/**
 * First parts of query keys. Live events refresh by them: `library` keys carry the library's id second,
 * `item` keys the item's id second.
 */
export const queryKeys = {
	status: ['status'],
	session: ['session'],
	sessions: ['sessions'],
	stepUp: ['step-up'],
	factors: ['factors'],
	activity: ['activity'],
	mails: ['mails'],
	factorPolicy: ['factor-policy'],
	outbox: ['outbox'],
	libraries: ['libraries'],
	addresses: ['addresses'],
	home: ['home'],
	library: (libraryId: string) => ['library', libraryId],
	item: (itemId: string) => ['item', itemId],
	search: (text: string) => ['search', text],
} as const;

export const statusQuery = queryOptions({
	queryKey: queryKeys.status,
	queryFn: ({ signal }) => call(getStatus, undefined, { signal }),
});

export const sessionQuery = queryOptions({
	queryKey: queryKeys.session,
	queryFn: ({ signal }) => call(getSession, undefined, { signal, isSignInPage: true }),
	staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
	queryKey: queryKeys.sessions,
	queryFn: ({ signal }) => call(listSessions, undefined, { signal }),
});

export const librariesQuery = queryOptions({
	queryKey: queryKeys.libraries,
	queryFn: async ({ signal }) => (await call(listLibraries, undefined, { signal })).libraries,
});

export const addressesQuery = queryOptions({
	queryKey: queryKeys.addresses,
	queryFn: ({ signal }) => call(listAddresses, undefined, { signal }),
});
