/** One track on one audio element: opened on the server, reported while it plays, closed afterwards. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import { ApiFault, type ApiFaultCode } from '../api/client.ts';
import { noLimit } from './capabilities.ts';
import { loadSettings } from './media-settings.ts';
import { closePlayback, openPlayback } from './use-playback.ts';
import { reportProgress } from './use-progress.ts';
import { codeOfFault } from './use-video-source.ts';
import { attachSource } from './video-source.ts';

export interface Deck {
	readonly itemId: string;
	readonly element: HTMLAudioElement;
	/** Settles once the source is on the element; never rejects: faults go to `onFault`. */
	readonly ready: Promise<PlaybackStart | undefined>;
	readonly close: () => void;
}

const openOn = async (
	element: HTMLAudioElement,
	itemId: string,
	signal: AbortSignal,
	onFault: (code: ApiFaultCode) => void,
): Promise<PlaybackStart | undefined> => {
	try {
		const plan = await openPlayback(itemId, { limit: noLimit }, signal);
		if (signal.aborted) return undefined;
		const detach = attachSource(element, plan, 0, {
			onFault: (fault, status) => {
				if (!signal.aborted) void codeOfFault(fault, status).then(onFault);
			},
		});
		const stopReports = reportProgress(element, plan.playbackId, 0);
		signal.addEventListener('abort', () => {
			stopReports();
			detach();
			closePlayback(plan.playbackId);
		});
		return plan;
	} catch (cause) {
		if (!signal.aborted) onFault(cause instanceof ApiFault ? cause.code : 'server.broken');
		return undefined;
	}
};

/** Opens `itemId` on an element of its own and begins to load it; nothing sounds before `element.play()`. */
export const openDeck = (itemId: string, onFault: (code: ApiFaultCode) => void): Deck => {
	const element = new Audio();
	const { volume, isMuted } = loadSettings();
	element.preload = 'auto';
	element.volume = volume;
	element.muted = isMuted;
	const stop = new AbortController();
	return {
		itemId,
		element,
		ready: openOn(element, itemId, stop.signal, onFault),
		close: () => {
			element.pause();
			stop.abort();
		},
	};
};
