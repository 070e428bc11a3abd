/** Queries of media servers. */
import { listServerPeople, listServers } from '@holdfast/contract/servers';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

export const serversKey = ['servers'] as const;

export const serversQuery = queryOptions({
	queryKey: serversKey,
	queryFn: async ({ signal }) => (await call(listServers, undefined, { signal })).servers,
});

export const serverPeopleQuery = (serverId: string) =>
	queryOptions({
		queryKey: [...serversKey, serverId, 'people'],
		queryFn: async ({ signal }) =>
			(await call(listServerPeople, { params: { serverId } }, { signal })).people,
	});
