/** Asks this very browser what it plays. Apart from `capabilities.ts`, which stays pure. */
import type { ClientCapabilities } from '@holdfast/contract/playback';
import { capabilitiesOf, type MediaProbe, noLimit, type QualityLimit } from './capabilities.ts';

const appendable = (): ((mimeType: string) => boolean) | undefined => {
	const source =
		'ManagedMediaSource' in globalThis
			? (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource
			: globalThis.MediaSource;
	return source ? (mimeType) => source.isTypeSupported(mimeType) : undefined;
};

const browserProbe = (): MediaProbe => {
	const element = document.createElement('video');
	const canPlay = (mimeType: string): boolean => element.canPlayType(mimeType) !== '';
	return { canPlay, canAppend: appendable() ?? canPlay };
};

/** The capabilities of this browser under the quality somebody chose. */
export const browserCapabilities = (limit: QualityLimit = noLimit): ClientCapabilities =>
	capabilitiesOf(browserProbe(), limit);
