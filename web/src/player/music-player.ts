/**
 * The music of this page, outside of React so that it plays on while pages change. One deck sounds,
 * one may wait with the next track loaded.
 */
import type { ImageRef } from '@holdfast/contract/fields';
import type { ApiFaultCode } from '../api/client.ts';
import { saveSettings } from './media-settings.ts';
import { type Deck, openDeck } from './music-deck.ts';
import {
	advanced,
	currentOf,
	jumpedTo,
	nextRepeat,
	type Queue,
	queueOf,
	reshuffled,
	skipped,
	stepBack,
	upNext,
} from './queue.ts';

/** A track as bars and lists show it. */
export interface MusicTrack {
	readonly itemId: string;
	readonly title: string;
	readonly artist: string;
	readonly album: string;
	readonly albumId: string | null;
	readonly image: ImageRef | null;
	readonly durationMs: number;
}

export interface MusicState {
	/** Undefined: no music, no bar. */
	readonly queue: Queue<MusicTrack> | undefined;
	readonly track: MusicTrack | undefined;
	readonly isPaused: boolean;
	readonly isLoading: boolean;
	readonly positionMs: number;
	readonly durationMs: number;
	readonly fault: ApiFaultCode | null;
}

const silence: MusicState = {
	queue: undefined,
	track: undefined,
	isPaused: true,
	isLoading: false,
	positionMs: 0,
	durationMs: 0,
	fault: null,
};

/** The next track is opened this long before the end, so that no gap is heard. */
const preloadBeforeMs = 20_000;

let state = silence;
let deck: Deck | undefined;
let waiting: Deck | undefined;
const listeners = new Set<() => void>();

const publish = (change: Partial<MusicState>): void => {
	state = { ...state, ...change };
	for (const listener of listeners) listener();
};

const dropWaiting = (): void => {
	waiting?.close();
	waiting = undefined;
};

const preloadNext = (): void => {
	if (waiting || !state.queue || !deck) return;
	const leftMs = state.durationMs - deck.element.currentTime * 1000;
	const next = upNext(state.queue);
	if (!next || leftMs > preloadBeforeMs) return;
	// A fault of a track nobody hears yet waits until it is its turn.
	waiting = openDeck(next.item.itemId, dropWaiting);
};

const follow = (opened: Deck): void => {
	const { element } = opened;
	const on = (events: readonly string[], use: () => void): void => {
		for (const event of events) element.addEventListener(event, () => deck === opened && use());
	};
	on(['timeupdate', 'seeked'], () => {
		publish({ positionMs: element.currentTime * 1000 });
		preloadNext();
	});
	on(['durationchange'], () => {
		if (Number.isFinite(element.duration)) publish({ durationMs: element.duration * 1000 });
	});
	on(['play', 'pause'], () => publish({ isPaused: element.paused }));
	on(['waiting'], () => publish({ isLoading: true }));
	on(['playing', 'canplay'], () => publish({ isLoading: false, fault: null }));
	on(['ended'], () => goTo(state.queue && advanced(state.queue)));
};

const sound = (opened: Deck): void => {
	opened.element.play().catch(() => {
		if (deck === opened) publish({ isPaused: true, isLoading: false });
	});
};

/** Plays what `queue` points at; without a queue, or past its end, the music stands still. */
const goTo = (queue: Queue<MusicTrack> | undefined): void => {
	if (!queue) {
		deck?.element.pause();
		publish({ isPaused: true });
		return;
	}
	const track = currentOf(queue);
	const prepared = waiting?.itemId === track.itemId ? waiting : undefined;
	if (prepared) waiting = undefined;
	else dropWaiting();
	deck?.close();
	const opened: Deck =
		prepared ??
		openDeck(
			track.itemId,
			(fault) => deck === opened && publish({ fault, isLoading: false, isPaused: true }),
		);
	deck = opened;
	follow(opened);
	publish({
		queue,
		track,
		positionMs: 0,
		durationMs: track.durationMs,
		isPaused: false,
		isLoading: true,
		fault: null,
	});
	if (prepared) sound(opened);
	else void opened.ready.then((plan) => plan && deck === opened && sound(opened));
};

const stop = (): void => {
	dropWaiting();
	deck?.close();
	deck = undefined;
	publish(silence);
};

const play = (): void => {
	if (state.fault !== null) goTo(state.queue);
	else if (deck) sound(deck);
};

const pause = (): void => deck?.element.pause();

const seekTo = (positionMs: number): void => {
	if (!deck) return;
	deck.element.currentTime = Math.max(0, positionMs) / 1000;
	publish({ positionMs: Math.max(0, positionMs) });
};

const requeue = (queue: Queue<MusicTrack>): void => {
	// What was to come next may have changed.
	dropWaiting();
	publish({ queue });
};

/** Everything a page or a bar may ask of the music. */
export const musicPlayer = {
	subscribe: (listener: () => void): (() => void) => {
		listeners.add(listener);
		return () => listeners.delete(listener);
	},
	snapshot: (): MusicState => state,
	/** Replaces the queue and starts with `startIndex`. */
	start: (tracks: readonly MusicTrack[], startIndex: number, isShuffled = false): void =>
		goTo(
			queueOf(tracks, startIndex, { isShuffled, repeat: state.queue?.repeat ?? 'off', random: Math.random }),
		),
	play,
	pause,
	toggle: (): void => (deck?.element.paused === false ? pause() : play()),
	next: (): void => {
		const queue = state.queue && skipped(state.queue);
		if (queue) goTo(queue);
	},
	previous: (): void => {
		if (!state.queue) return;
		const { queue, isRestart } = stepBack(state.queue, state.positionMs);
		if (isRestart) seekTo(0);
		else goTo(queue);
	},
	jumpTo: (at: number): void => {
		if (state.queue) goTo(jumpedTo(state.queue, at));
	},
	seekTo,
	toggleShuffle: (): void => {
		if (state.queue) requeue(reshuffled(state.queue, !state.queue.isShuffled, Math.random));
	},
	nextRepeat: (): void => {
		if (state.queue) requeue({ ...state.queue, repeat: nextRepeat(state.queue.repeat) });
	},
	setVolume: (volume: number): void => {
		if (deck) deck.element.volume = volume;
		saveSettings({ volume, isMuted: false });
	},
	stop,
} as const;
