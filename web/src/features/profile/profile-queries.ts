/** What the profile page and the navigation ask of the server about the person. */
import { getProfile, type Profile } from '@holdfast/contract/people';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';

export const profileQuery = queryOptions({
	queryKey: ['profile'],
	queryFn: ({ signal }) => call(getProfile, undefined, { signal }),
});

/** Takes over what a change was answered with; the shell shows the name too. */
export const keepProfile = async (client: QueryClient, profile: Profile): Promise<void> => {
	client.setQueryData(profileQuery.queryKey, profile);
	await client.invalidateQueries({ queryKey: queryKeys.session });
};
