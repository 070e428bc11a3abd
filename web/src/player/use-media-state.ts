/** What a media element is doing, as React state. The element stays the only truth. */
import { useEffect, useState } from 'react';

export interface MediaState {
	readonly isPaused: boolean;
	/** Wants to play and cannot: the picture waits for data. */
	readonly isWaiting: boolean;
	readonly hasEnded: boolean;
	/** A first frame was decoded. */
	readonly hasFrame: boolean;
	readonly positionMs: number;
	readonly bufferedMs: readonly (readonly [number, number])[];
	readonly volume: number;
	readonly isMuted: boolean;
	readonly rate: number;
}

const rest: MediaState = {
	isPaused: true,
	isWaiting: false,
	hasEnded: false,
	hasFrame: false,
	positionMs: 0,
	bufferedMs: [],
	volume: 1,
	isMuted: false,
	rate: 1,
};

const rangesOf = (ranges: TimeRanges): [number, number][] =>
	Array.from({ length: ranges.length }, (_, index) => [ranges.start(index) * 1000, ranges.end(index) * 1000]);

const read = (element: HTMLMediaElement, isWaiting: boolean): MediaState => ({
	isPaused: element.paused,
	isWaiting,
	hasEnded: element.ended,
	hasFrame: element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA,
	positionMs: element.currentTime * 1000,
	bufferedMs: rangesOf(element.buffered),
	volume: element.volume,
	isMuted: element.muted,
	rate: element.playbackRate,
});

const events = [
	'play',
	'playing',
	'pause',
	'timeupdate',
	'progress',
	'seeking',
	'seeked',
	'waiting',
	'canplay',
	'ended',
	'volumechange',
	'ratechange',
	'loadeddata',
	'emptied',
] as const;

/** Follows `element`; a change of element starts over. */
export const useMediaState = (element: HTMLMediaElement | null): MediaState => {
	const [state, setState] = useState(rest);
	useEffect(() => {
		if (!element) return;
		const stop = new AbortController();
		let isWaiting = false;
		const onEvent = (event: Event): void => {
			if (event.type === 'waiting' || event.type === 'seeking') isWaiting = true;
			if (event.type === 'playing' || event.type === 'canplay' || event.type === 'ended') isWaiting = false;
			setState(read(element, isWaiting && !element.ended));
		};
		for (const name of events) element.addEventListener(name, onEvent, { signal: stop.signal });
		setState(read(element, false));
		return () => stop.abort();
	}, [element]);
	return state;
};
