/** Puts a playback plan on a media element: a plain address, hls.js, or the browser's own HLS. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import type { default as Hls, ErrorData, Events } from 'hls.js';

/** `network`: the server does not answer or refuses. `decode`: the browser cannot go on with what it got. */
export type SourceFault = 'network' | 'decode';

export interface SourceWatch {
	readonly onFault: (fault: SourceFault, status: number | undefined) => void;
}

type Plan = Pick<PlaybackStart, 'method' | 'url' | 'mimeType'>;

/** hls.js repairs a decoding fault once; a second one within this time is given up. */
const repairAgainAfterMs = 5000;

/**
 * hls.js without its worker: that is made from a blob address, which Trusted Types refuse, and fragmented MP4
 * needs no work that would be worth one.
 */
const hlsSettings = (startAtMs: number) => ({
	enableWorker: false,
	// The first fragment is asked for before the element is ready, and there is one level: nothing to test.
	startFragPrefetch: true,
	testBandwidth: false,
	startPosition: startAtMs / 1000,
	maxBufferLength: 40,
	maxMaxBufferLength: 90,
	backBufferLength: 60,
	renderTextTracksNatively: false,
});

const listen = (hls: Hls, faultEvent: Events.ERROR, watch: SourceWatch): void => {
	let repairedAt = -Infinity;
	hls.on(faultEvent, (_, data: ErrorData) => {
		if (!data.fatal) return;
		if (data.type === 'mediaError' && performance.now() - repairedAt > repairAgainAfterMs) {
			repairedAt = performance.now();
			hls.recoverMediaError();
			return;
		}
		watch.onFault(data.type === 'networkError' ? 'network' : 'decode', data.response?.code);
	});
};

const plainSource = (
	element: HTMLMediaElement,
	url: string,
	startAtMs: number,
	watch: SourceWatch,
): (() => void) => {
	const stop = new AbortController();
	const onError = (): void =>
		watch.onFault(element.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'decode', undefined);
	const toStart = (): void => {
		if (startAtMs > 0) element.currentTime = startAtMs / 1000;
	};
	element.addEventListener('error', onError, { signal: stop.signal });
	element.addEventListener('loadedmetadata', toStart, { signal: stop.signal, once: true });
	element.src = url;
	return () => {
		stop.abort();
		element.removeAttribute('src');
		element.load();
	};
};

const hlsSource = async (
	element: HTMLMediaElement,
	url: string,
	startAtMs: number,
	watch: SourceWatch,
	signal: AbortSignal,
): Promise<void> => {
	const { default: HlsPlayer } = await import('hls.js');
	if (signal.aborted) return;
	if (!HlsPlayer.isSupported()) {
		const off = plainSource(element, url, startAtMs, watch);
		signal.addEventListener('abort', off, { once: true });
		return;
	}
	const hls = new HlsPlayer(hlsSettings(startAtMs));
	listen(hls, HlsPlayer.Events.ERROR, watch);
	hls.loadSource(url);
	hls.attachMedia(element);
	signal.addEventListener('abort', () => hls.destroy(), { once: true });
};

/** Starts feeding `element` from `startAtMs` on. The answer takes everything off again. */
export const attachSource = (
	element: HTMLMediaElement,
	plan: Plan,
	startAtMs: number,
	watch: SourceWatch,
): (() => void) => {
	if (plan.method === 'direct') return plainSource(element, plan.url, startAtMs, watch);
	const stop = new AbortController();
	hlsSource(element, plan.url, startAtMs, watch, stop.signal).catch(() => {
		if (!stop.signal.aborted) watch.onFault('network', undefined);
	});
	return () => stop.abort();
};
