/**
 * Any segment of an encoded track at any time: from the store, from the running encoder, or by starting
 * one there. Holds at most one encoder.
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
	readonly wanted: number | 'init';
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

class OneTrackEncoder implements TrackEncoder {
	readonly #needs: { readonly log: Logger };
	readonly #options: TrackEncoderOptions;
	readonly #stored = new Map<number, Uint8Array>();
	#storedBytes = 0;
	#init: Uint8Array | null = null;
	#run: EncodeRun | null = null;
	/** Starts wait in line, so that two seeks at once never leave two encoders behind. */
	#line: Promise<void> = Promise.resolve();
	#lastAsked = 0;
	#waiters: Waiter[] = [];

	constructor(needs: { readonly log: Logger }, options: TrackEncoderOptions) {
		this.#needs = needs;
		this.#options = options;
	}

	init(signal: AbortSignal): Promise<Uint8Array> {
		return this.#init ? Promise.resolve(this.#init) : this.#wait('init', signal);
	}

	segment(segment: number, signal: AbortSignal): Promise<Uint8Array> {
		this.#lastAsked = segment;
		this.#run?.want(segment);
		const stored = this.#stored.get(segment);
		return stored ? Promise.resolve(stored) : this.#wait(segment, signal);
	}

	isRunning(): boolean {
		return this.#run !== null;
	}

	async stop(): Promise<void> {
		await this.#line.catch(() => {});
		const stopping = this.#run;
		this.#run = null;
		await stopping?.stop();
		this.#rejectAll(new Fault('playback.session.absent'));
	}

	#wait(wanted: Waiter['wanted'], signal: AbortSignal): Promise<Uint8Array> {
		const waiting = this.#waitFor(wanted, signal);
		const target = wanted === 'init' ? (this.#run?.next() ?? this.#lastAsked) : wanted;
		this.#ensure(target).catch((error: unknown) => {
			for (const waiter of this.#take((other) => other.wanted === wanted)) waiter.reject(error);
		});
		return waiting;
	}

	#waitFor(wanted: Waiter['wanted'], signal: AbortSignal): Promise<Uint8Array> {
		const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
		const waiter: Waiter = { wanted, resolve, reject };
		const leave = (): void => {
			for (const left of this.#take((other) => other === waiter)) left.reject(signal.reason);
		};
		signal.addEventListener('abort', leave, { once: true });
		this.#waiters.push(waiter);
		if (signal.aborted) leave();
		return promise.finally(() => signal.removeEventListener('abort', leave));
	}

	#ensure(segment: number): Promise<void> {
		const turn = async (): Promise<void> => {
			if (!this.#stored.has(segment) && !this.#isOnItsWay(segment)) await this.#begin(segment);
		};
		this.#line = this.#line.then(turn, turn);
		return this.#line;
	}

	/** True where the running encoder will reach `segment` soon enough. */
	#isOnItsWay(segment: number): boolean {
		const next = this.#run?.next();
		return next !== undefined && segment >= next && segment <= next + waitAheadSegmentsMax;
	}

	async #begin(firstSegment: number): Promise<void> {
		const before = this.#run;
		this.#run = null;
		await before?.stop();
		const tool = await this.#options.start(firstSegment);
		const run: EncodeRun = followEncode(this.#needs, {
			...this.#options,
			firstSegment,
			tool,
			onInit: (bytes) => this.#keepInit(bytes),
			onSegment: (segment, bytes) => this.#keep(segment, bytes),
			onEnd: (fault) => {
				if (this.#run !== run) return;
				this.#run = null;
				this.#rejectAll(fault ?? new Fault('playback.segment.absent'));
			},
		});
		this.#run = run;
		run.want(this.#lastAsked);
	}

	#keepInit(bytes: Uint8Array): void {
		this.#init ??= bytes;
		for (const waiter of this.#take(({ wanted }) => wanted === 'init')) waiter.resolve(this.#init);
	}

	#keep(segment: number, bytes: Uint8Array): void {
		this.#storedBytes += bytes.length - (this.#stored.get(segment)?.length ?? 0);
		this.#stored.set(segment, bytes);
		while (this.#storedBytes > storeBytesMax && this.#stored.size > 2) {
			const victim = furthest(this.#stored, this.#lastAsked);
			if (victim === undefined || victim === segment) break;
			this.#storedBytes -= this.#stored.get(victim)?.length ?? 0;
			this.#stored.delete(victim);
		}
		for (const waiter of this.#take(({ wanted }) => wanted === segment)) waiter.resolve(bytes);
	}

	#take(test: (waiter: Waiter) => boolean): Waiter[] {
		const taken = this.#waiters.filter(test);
		this.#waiters = this.#waiters.filter((waiter) => !taken.includes(waiter));
		return taken;
	}

	#rejectAll(fault: Fault): void {
		for (const waiter of this.#take(() => true)) waiter.reject(fault);
	}
}

export const createTrackEncoder = (needs: { log: Logger }, options: TrackEncoderOptions): TrackEncoder =>
	new OneTrackEncoder(needs, options);
