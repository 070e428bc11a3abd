/** The one query of a title, shared by its page, the start page's hero and the player. */
import { getItem } from '@holdfast/contract/catalogue';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';

export const itemQuery = (itemId: string) =>
	queryOptions({
		queryKey: queryKeys.item(itemId),
		queryFn: ({ signal }) => call(getItem, { params: { itemId } }, { signal }),
		staleTime: 15_000,
	});
