/** A long list loaded in windows of 100 as the grid shows them, so that any length costs the same. */
import type { ItemCard } from '@holdfast/contract/catalogue';
import { keepPreviousData, type QueryKey, useQueries } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { pagesOf, windowItems } from './windows.ts';

export interface WindowSource {
	/** Without the window. */
	readonly queryKey: QueryKey;
	readonly load: (from: number, limit: number, signal: AbortSignal) => Promise<Window>;
}

interface Window {
	readonly items: readonly ItemCard[];
	readonly from: number;
	readonly total: number;
}

export interface Windows {
	/** Undefined until the first window came. */
	readonly total: number | undefined;
	readonly itemAt: (index: number) => ItemCard | undefined;
	readonly onWindow: (from: number, to: number) => void;
	readonly error: Error | null;
	readonly retry: () => void;
}

/** One query of one window; the photo viewer uses the same, so that walls and viewer share what is loaded. */
export const windowQuery = (source: WindowSource, page: number) => ({
	queryKey: [...source.queryKey, page],
	queryFn: ({ signal }: { signal: AbortSignal }) => source.load(page * windowItems, windowItems, signal),
	staleTime: 30_000,
});

export const useWindows = (source: WindowSource): Windows => {
	const [pages, setPages] = useState<readonly number[]>([0]);
	const results = useQueries({
		queries: pages.map((page) => ({ ...windowQuery(source, page), placeholderData: keepPreviousData })),
	});
	const loaded = results.map(({ data }) => data).filter((data) => data !== undefined);
	// After a jump no window is there yet: without the known total the grid would vanish, and the jump with it.
	const knownTotal = useRef<number | undefined>(undefined);
	knownTotal.current = loaded[0]?.total ?? knownTotal.current;
	const itemAt = (index: number): ItemCard | undefined => {
		const window = loaded.find(({ from, items }) => index >= from && index < from + items.length);
		return window?.items[index - window.from];
	};
	const onWindow = useCallback((from: number, to: number) => {
		const next = pagesOf(from, to);
		setPages((before) => (before.join() === next.join() ? before : next));
	}, []);
	return {
		total: knownTotal.current,
		itemAt,
		onWindow,
		error: results.find(({ error }) => error !== null)?.error ?? null,
		retry: () => {
			for (const result of results) if (result.isError) void result.refetch();
		},
	};
};
