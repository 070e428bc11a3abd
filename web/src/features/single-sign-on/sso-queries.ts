/** What pages ask about providers and links. */
import { listProviderEntries, listProviderLinks, listProviders } from '@holdfast/contract/single-sign-on';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

export const providersQuery = queryOptions({
	queryKey: ['providers'],
	queryFn: ({ signal }) => call(listProviders, undefined, { signal }),
	staleTime: 60_000,
});

export const providerLinksQuery = queryOptions({
	queryKey: ['provider-links'],
	queryFn: ({ signal }) => call(listProviderLinks, undefined, { signal }),
});

export const providerEntriesQuery = queryOptions({
	queryKey: ['provider-entries'],
	queryFn: ({ signal }) => call(listProviderEntries, undefined, { signal }),
});
