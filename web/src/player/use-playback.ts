/**
 * One playback on the server: opened for an item, opened again for another sound or quality, closed when
 * left.
 */
import { endPlayback, type PlaybackStart, startPlayback } from '@holdfast/contract/playback';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFault, type ApiFaultCode, call } from '../api/client.ts';
import { browserCapabilities } from './browser-probe.ts';
import { noLimit, type QualityLimit } from './capabilities.ts';

/** What a person chose for this playback. Absent fields leave the choice to the server. */
export interface PlaybackChoice {
	readonly audioIndex?: number;
	readonly fileId?: string;
	readonly limit: QualityLimit;
}

export type Playback =
	| { readonly state: 'starting' }
	| { readonly state: 'ready'; readonly plan: PlaybackStart; readonly startAtMs: number }
	| { readonly state: 'failed'; readonly code: ApiFaultCode };

export interface PlaybackControl {
	readonly playback: Playback;
	readonly choice: PlaybackChoice;
	/**
	 * Opens it anew with `change`, going on at `atMs`, or where the server remembers. The present picture stays
	 * until the new one comes.
	 */
	readonly reopen: (change: Partial<PlaybackChoice>, atMs: number | null) => void;
	/** A fault of the media element: shown like one of the server's. */
	readonly fail: (code: ApiFaultCode) => void;
}

interface Wish {
	readonly choice: PlaybackChoice;
	/** Null: where the server remembers. */
	readonly startAtMs: number | null;
	readonly attempt: number;
}

/** Opens a playback; the server frees what it holds once `close` is called. */
export const openPlayback = async (
	itemId: string,
	choice: PlaybackChoice,
	signal: AbortSignal,
): Promise<PlaybackStart> => {
	const { limit, ...chosen } = choice;
	const body = { capabilities: browserCapabilities(limit), ...chosen };
	const plan = await call(startPlayback, { params: { itemId }, body }, { signal, isSignInPage: true });
	if (signal.aborted) closePlayback(plan.playbackId);
	return plan;
};

/** Told also while the page goes away; a playback that is gone already is no news. */
export const closePlayback = (playbackId: string): void => {
	call(endPlayback, { params: { playbackId } }, { keepsAlive: true, isSignInPage: true }).catch(
		() => undefined,
	);
};

/** A moment later, so that the last word about the position comes before the end of the playback. */
const closeSoon = (playbackId: string | undefined): void => {
	if (playbackId !== undefined) window.setTimeout(() => closePlayback(playbackId), 300);
};

const wishOf = (fileId: string | undefined, startAtMs: number | undefined): Wish => ({
	choice: fileId === undefined ? { limit: noLimit } : { fileId, limit: noLimit },
	startAtMs: startAtMs ?? null,
	attempt: 0,
});

/** Holds one playback of `itemId`. Remount for another item. */
export const usePlayback = (itemId: string, fileId?: string, startAtMs?: number): PlaybackControl => {
	const [wish, setWish] = useState(() => wishOf(fileId, startAtMs));
	const [playback, setPlayback] = useState<Playback>({ state: 'starting' });
	const opened = useRef<string | undefined>(undefined);
	useEffect(() => {
		const stop = new AbortController();
		openPlayback(itemId, wish.choice, stop.signal).then(
			(plan) => {
				if (stop.signal.aborted) return;
				// The one before is closed only now: its picture went on until this one was ready.
				closeSoon(opened.current);
				opened.current = plan.playbackId;
				setPlayback({ state: 'ready', plan, startAtMs: wish.startAtMs ?? plan.resumeAtMs });
			},
			(cause: unknown) => {
				if (stop.signal.aborted) return;
				setPlayback({ state: 'failed', code: cause instanceof ApiFault ? cause.code : 'server.broken' });
			},
		);
		return () => stop.abort();
	}, [itemId, wish]);
	useEffect(
		() => () => {
			closeSoon(opened.current);
			opened.current = undefined;
		},
		[],
	);
	const reopen = useCallback((change: Partial<PlaybackChoice>, atMs: number | null) => {
		setPlayback((before) => (before.state === 'failed' ? { state: 'starting' } : before));
		setWish((before) => ({
			choice: { ...before.choice, ...change },
			startAtMs: atMs,
			attempt: before.attempt + 1,
		}));
	}, []);
	const fail = useCallback((code: ApiFaultCode) => setPlayback({ state: 'failed', code }), []);
	return { playback, choice: wish.choice, reopen, fail };
};
