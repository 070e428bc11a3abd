/**
 * Any segment of an encoded track at any time: from the store, from the running encoder, or by starting one there.
 * Holds at most one encoder.
 */
import { Fault } from '../../platform/fault.ts';
import type { Logger } from '../../platform/log.ts';
import type { RunningTool } from '../../platform/process/tool.ts';
import type { Grid } from '../packaging/grid.ts';
import { type EncodeRun, followEncode } from './encode-run.ts';

/** A seek further ahead than this is faster with a new encoder than by waiting for the running one. */
const waitAheadSegmentsMax = 4;
const storeBytesMax = 64 * 1024 * 1024;

export interface TrackEncoderOptions {
	readonly kind: 'video' | 'audio';
	readonly grid: Grid;
	readonly originSeconds: number;
	/** Starts ffmpeg so that `firstSegment` comes first. */
	readonly start: (firstSegment: number) => Promise<RunningTool>;
}

export interface TrackEncoder {
	init(signal: AbortSignal): Promise<Uint8Array>;
	/** @throws playback.segment.absent, playback.transcode.failed */
	segment(segment: number, signal: AbortSignal): Promise<Uint8Array>;
	isRunning(): boolean;
	/** Ends the encoder; what is stored stays. */
	stop(): Promise<void>;
}

interface Waiter {
	readonly segment: number | 'init';
	resolve(bytes: Uint8Array): void;
	reject(error: unknown): void;
}

/** The stored segment that is furthest from the one asked for last. */
const furthest = (stored: ReadonlyMap<number, Uint8Array>, from: number): number | undefined => {
	let found: number | undefined;
	for (const segment of stored.keys()) {
		if (found === undefined || Math.abs(segment - from) > Math.abs(found - from)) found = segment;
	}
	return found;
};

export const createTrackEncoder = (needs: { log: Logger }, options: TrackEncoderOptions): TrackEncoder => {
	const stored = new Map<number, Uint8Array>();
	let storedBytes = 0;
	let init: Uint8Array | null = null;
	let run: EncodeRun | null = null;
	let starting: Promise<void> = Promise.resolve();
	let lastAsked = 0;
	let waiters: Waiter[] = [];

	const settle = (test: (waiter: Waiter) => boolean, act: (waiter: Waiter) => void): void => {
		const concerned = waiters.filter(test);
		waiters = waiters.filter((waiter) => !test(waiter));
		concerned.forEach(act);
	};
	const keep = (segment: number, bytes: Uint8Array): void => {
		storedBytes += bytes.length - (stored.get(segment)?.length ?? 0);
		stored.set(segment, bytes);
		while (storedBytes > storeBytesMax && stored.size > 2) {
			const victim = furthest(stored, lastAsked);
			if (victim === undefined || victim === segment) break;
			storedBytes -= stored.get(victim)?.length ?? 0;
			stored.delete(victim);
		}
		settle(
			(waiter) => waiter.segment === segment,
			(waiter) => waiter.resolve(bytes),
		);
	};

	const begin = async (firstSegment: number): Promise<void> => {
		await run?.stop();
		run = null;
		const tool = await options.start(firstSegment);
		const started = followEncode(needs, {
			...options,
			firstSegment,
			tool,
			onInit: (bytes) => {
				init ??= bytes;
				const first = init;
				settle(
					(waiter) => waiter.segment === 'init',
					(waiter) => waiter.resolve(first),
				);
			},
			onSegment: keep,
			onEnd: (fault) => {
				if (run !== started) return;
				run = null;
				settle(
					() => true,
					(waiter) => waiter.reject(fault ?? new Fault('playback.segment.absent')),
				);
			},
		});
		run = started;
	};

	/** True where the running encoder will reach `segment` soon enough. */
	const isOnItsWay = (segment: number): boolean =>
		run !== null && segment >= run.next() && segment <= run.next() + waitAheadSegmentsMax;

	/** One after the other, so that two seeks at once never leave two encoders behind. */
	const ensure = (segment: number): Promise<void> => {
		starting = starting
			.catch(() => {})
			.then(async () => {
				if (!stored.has(segment) && !isOnItsWay(segment)) await begin(segment);
			});
		return starting;
	};

	const waitFor = (wanted: number | 'init', signal: AbortSignal): Promise<Uint8Array> =>
		new Promise((resolve, reject) => {
			const leave = (): void => {
				settle(
					(other) => other === waiter,
					() => reject(signal.reason as Error),
				);
			};
			const free = (): void => signal.removeEventListener('abort', leave);
			const waiter: Waiter = {
				segment: wanted,
				resolve: (bytes) => {
					free();
					resolve(bytes);
				},
				reject: (error) => {
					free();
					reject(error as Error);
				},
			};
			signal.addEventListener('abort', leave, { once: true });
			waiters.push(waiter);
			if (signal.aborted) leave();
		});

	const ask = async (wanted: number | 'init', signal: AbortSignal): Promise<Uint8Array> => {
		const have = wanted === 'init' ? init : stored.get(wanted);
		if (typeof wanted === 'number') {
			lastAsked = wanted;
			run?.want(wanted);
		}
		if (have) return have;
		const waiting = waitFor(wanted, signal);
		ensure(wanted === 'init' ? (run?.next() ?? lastAsked) : wanted).catch((error: unknown) =>
			settle(
				(waiter) => waiter.segment === wanted,
				(waiter) => waiter.reject(error),
			),
		);
		return waiting;
	};

	return {
		init: (signal) => ask('init', signal),
		segment: (segment, signal) => ask(segment, signal),
		isRunning: () => run !== null,
		stop: async () => {
			await starting.catch(() => {});
			const stopping = run;
			run = null;
			await stopping?.stop();
			settle(
				() => true,
				(waiter) => waiter.reject(new Fault('playback.session.absent')),
			);
		},
	};
};
