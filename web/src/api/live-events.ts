/**
 * The page's one event stream: scans, changes, progress elsewhere, signed out. Refreshes what queries hold.
 */
import type { LiveEvent } from '@holdfast/contract/system';
import { streamEvents } from '@holdfast/contract/system';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiFault, announceSignedOut } from './client.ts';
import { queryKeys, sessionQuery } from './queries.ts';
import { whileLookedAt } from './while-looked-at.ts';

type ScanEvent = Extract<LiveEvent, { kind: 'scan' }>;
type Listener = (event: LiveEvent) => void;

const listeners = new Set<Listener>();
const scans = new Map<string, ScanEvent>();

/** Calls `listener` with every event until the returned function is called. */
export const onLiveEvent = (listener: Listener): (() => void) => {
	listeners.add(listener);
	return () => listeners.delete(listener);
};

const refreshLibrary = (client: QueryClient, libraryId: string): void => {
	void client.invalidateQueries({ queryKey: queryKeys.libraries });
	void client.invalidateQueries({ queryKey: queryKeys.library(libraryId) });
	void client.invalidateQueries({ queryKey: queryKeys.home });
};

const refresh = (client: QueryClient, event: LiveEvent): void => {
	if (event.kind === 'library-changed') refreshLibrary(client, event.libraryId);
	if (event.kind === 'scan') {
		const before = scans.get(event.libraryId);
		scans.set(event.libraryId, event);
		if (before?.state !== event.state) refreshLibrary(client, event.libraryId);
	}
	if (event.kind === 'progress') {
		void client.invalidateQueries({ queryKey: queryKeys.item(event.itemId) });
		void client.invalidateQueries({ queryKey: queryKeys.home });
	}
};

const parse = (data: unknown): LiveEvent | null => {
	try {
		return JSON.parse(String(data)) as LiveEvent;
	} catch {
		return null;
	}
};

let renewal: Promise<unknown> = Promise.resolve();

/**
 * Runs an action that ends this browser's session and gives it a new one. The stream of the old one says
 * `signed-out` meanwhile, which must not send the person away.
 */
export const whileRenewing = <T>(action: () => Promise<T>): Promise<T> => {
	const running = action();
	renewal = running.catch(() => undefined);
	return running;
};

/**
 * After `signed-out`: a browser that was given a new session goes on with it, any other goes to the sign-in
 * page.
 */
const reopenOrLeave = async (client: QueryClient, reopen: () => void): Promise<void> => {
	await renewal;
	try {
		await client.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false });
		reopen();
	} catch (error) {
		if (error instanceof ApiFault && error.kind === 'unauthenticated') announceSignedOut();
		else reopen();
	}
};

/** `wasBroken`: something may have been missed, so everything is read anew once the stream is open. */
const openSource = (client: QueryClient, onSignedOut: () => void, wasBroken: boolean): EventSource => {
	const source = new EventSource(streamEvents.path);
	let isStale = wasBroken;
	source.onmessage = (message) => {
		const event = parse(message.data);
		if (!event) return;
		refresh(client, event);
		for (const listener of listeners) listener(event);
		if (event.kind !== 'signed-out') return;
		source.close();
		onSignedOut();
	};
	source.onerror = () => {
		isStale = true;
		// A refused stream does not come back by itself; a broken one does.
		if (source.readyState === EventSource.CLOSED) onSignedOut();
	};
	source.onopen = () => {
		if (isStale) void client.invalidateQueries();
		isStale = false;
	};
	return source;
};

/** A refused stream is tried again no sooner than this, so that a failing server is not hammered. */
const reopenAfterMs = 3_000;

/** The browser reconnects a broken stream by itself; a refused one is tried again here. */
const openStream = (client: QueryClient, wasLeft: boolean): (() => void) => {
	let isOpen = true;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let source = openSource(client, onSignedOut, wasLeft);
	function onSignedOut(): void {
		void reopenOrLeave(client, () => {
			if (isOpen) timer = setTimeout(reopen, reopenAfterMs);
		});
	}
	function reopen(): void {
		source = openSource(client, onSignedOut, true);
	}
	return () => {
		isOpen = false;
		clearTimeout(timer);
		source.close();
	};
};

/** Opens the stream while the page is looked at; what may have been missed is read anew at each return. */
export const openLiveEvents = (client: QueryClient): (() => void) => {
	let wasLeft = false;
	const end = whileLookedAt(() => {
		const close = openStream(client, wasLeft);
		return () => {
			wasLeft = true;
			close();
		};
	});
	return () => {
		end();
		scans.clear();
	};
};

/** The newest scan event of each library since the page opened. */
export const useScans = (): ReadonlyMap<string, ScanEvent> => {
	const [seen, setSeen] = useState<ReadonlyMap<string, ScanEvent>>(() => new Map(scans));
	useEffect(
		() =>
			onLiveEvent((event) => {
				if (event.kind === 'scan') setSeen((before) => new Map(before).set(event.libraryId, event));
			}),
		[],
	);
	return seen;
};
