/** Where a photo hangs on its wall, and who its neighbours are. */
import type { ItemCard, ItemDetail } from '@holdfast/contract/catalogue';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { childrenSource } from '../item/children-page.tsx';
import { useWindows, type WindowSource, windowQuery } from '../library/use-windows.ts';
import { windowItems } from '../library/windows.ts';
import { lastWall } from './wall.ts';

/** A photo farther down than this many windows, on a page loaded anew, has no neighbours. */
const pagesMax = 50;

/** Looks through what is loaded already, then through window after window. */
const indexOn = async (client: QueryClient, source: WindowSource, itemId: string): Promise<number | null> => {
	type Window = Awaited<ReturnType<WindowSource['load']>>;
	const at = ({ from, items }: Window): number | null => {
		const index = items.findIndex((item) => item.itemId === itemId);
		return index < 0 ? null : from + index;
	};
	for (const [, window] of client.getQueriesData<Window>({ queryKey: source.queryKey })) {
		const found = window?.items ? at(window) : null;
		if (found !== null) return found;
	}
	for (let page = 0; page < pagesMax; page += 1) {
		const window = await client.fetchQuery(windowQuery(source, page));
		const found = at(window);
		if (found !== null) return found;
		if ((page + 1) * windowItems >= window.total) return null;
	}
	return null;
};

const nowhere: WindowSource = {
	queryKey: ['photos', 'nowhere'],
	load: async () => ({ items: [], from: 0, total: 0 }),
};

const sourceFor = (detail: ItemDetail | undefined): WindowSource => {
	const album = detail?.parents.find(({ kind }) => kind === 'photo-album');
	return lastWall() ?? (album ? childrenSource(album.itemId) : nowhere);
};

export interface PhotoPlace {
	/** Null while it is looked for, or where there is no wall. */
	readonly index: number | null;
	readonly total: number;
	readonly cardAt: (index: number) => ItemCard | undefined;
}

export const usePhotoPlace = (itemId: string, detail: ItemDetail | undefined): PhotoPlace => {
	const client = useQueryClient();
	const source = sourceFor(detail);
	const { data: index } = useQuery({
		queryKey: ['photo-place', ...source.queryKey, itemId],
		queryFn: () => indexOn(client, source, itemId),
		placeholderData: (before: number | null | undefined) => before ?? null,
	});
	const windows = useWindows(source);
	const { onWindow } = windows;
	useEffect(() => {
		if (typeof index === 'number') onWindow(Math.max(0, index - 2), index + 3);
	}, [index, onWindow]);
	return { index: index ?? null, total: windows.total ?? 0, cardAt: windows.itemAt };
};
