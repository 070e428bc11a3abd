/**
 * All running encoders: at most so many playbacks at once, none that nobody asks from, none left behind at
 * the end.
 */
import type { Clock, Ticker } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Logger } from '../../platform/log.ts';
import { type RunningTool, startTool, ToolRefusal, type ToolRunner } from '../../platform/process/tool.ts';
import { createTrackEncoder, type TrackEncoder, type TrackEncoderOptions } from './track-encoder.ts';
import { argumentsOf, type EncodePlan } from './encode-plan.ts';

/** A paused viewer's player has its fill by then; the encoder starts again where it is wanted. */
const idleMaxMs = 60_000;
const lookMs = 5_000;
/** A slot that nobody has asked from for this long is given to somebody who waits. */
const takeOverMs = 15_000;

const limits = {
	wallMs: 12 * 3_600_000,
	outputBytesMax: 256 * 2 ** 30,
	cpuSeconds: 48 * 3_600,
	memoryMb: 6_144,
};

/** A file that is held open while an encoder reads it. */
export interface HeldFile extends AsyncDisposable {
	readonly realPath: string;
}

export interface EncoderOwner {
	readonly playbackId: string;
	readonly viewerId: string;
}

export interface TrackOptions extends Omit<TrackEncoderOptions, 'start'> {
	readonly open: () => Promise<HeldFile>;
	readonly planFor: (realPath: string, firstSegment: number) => EncodePlan;
}

export interface Encoders extends AsyncDisposable {
	/** The encoder of one track of one playback; made when first asked for. */
	track(owner: EncoderOwner, options: TrackOptions): TrackEncoder;
	/** Stops what a playback runs and forgets what it stored. */
	end(playbackId: string): Promise<void>;
	/** @throws playback.transcode.busy, playback.transcode.unavailable where a new one could not start now. */
	assertRoom(viewerId: string): void;
	/** Playbacks with a running encoder. */
	runningCount(): number;
}

interface Slot {
	readonly owner: EncoderOwner;
	readonly tracks: Map<'video' | 'audio', TrackEncoder>;
	/** Tracks whose encoder is being started: they hold the playback's place already. */
	starting: number;
	lastAskedMs: number;
}

const isRunning = (slot: Slot): boolean => [...slot.tracks.values()].some((track) => track.isRunning());

const stopSlot = async (slot: Slot): Promise<void> => {
	await Promise.all([...slot.tracks.values()].map((track) => track.stop()));
};

const busy = (): Fault => new Fault('playback.transcode.busy', { detail: { retryAfterSeconds: 30 } });

const startFor = async (
	needs: { runner: ToolRunner },
	open: () => Promise<HeldFile>,
	planOf: (realPath: string) => EncodePlan,
): Promise<RunningTool> => {
	const file = await open();
	try {
		const plan = planOf(file.realPath);
		const tool = startTool(needs.runner, {
			tool: 'ffmpeg',
			argv: argumentsOf(plan),
			inputs: [{ realPath: file.realPath }],
			output: 'stdout',
			limits,
		});
		void tool.done.then(() => file[Symbol.asyncDispose]());
		return tool;
	} catch (error) {
		await file[Symbol.asyncDispose]();
		if (!(error instanceof ToolRefusal)) throw error;
		const code = error.reason === 'busy' ? 'playback.transcode.busy' : 'playback.transcode.unavailable';
		throw new Fault(code, { cause: error });
	}
};

interface EncoderNeeds {
	readonly runner: ToolRunner;
	readonly clock: Clock;
	readonly log: Logger;
}

class EncoderSlots implements Encoders {
	readonly #needs: EncoderNeeds;
	readonly #encodesMax: number;
	readonly #slots = new Map<string, Slot>();
	readonly #ticker: Ticker;

	constructor(needs: EncoderNeeds, encodesMax: number) {
		this.#needs = needs;
		this.#encodesMax = encodesMax;
		this.#ticker = needs.clock.every(lookMs, () => this.#stopIdle());
	}

	track(owner: EncoderOwner, options: TrackOptions): TrackEncoder {
		const now = this.#needs.clock.now();
		const slot = this.#slots.get(owner.playbackId) ?? {
			owner,
			tracks: new Map(),
			starting: 0,
			lastAskedMs: now,
		};
		this.#slots.set(owner.playbackId, slot);
		slot.lastAskedMs = now;
		const known = slot.tracks.get(options.kind);
		if (known) return known;
		const start = async (firstSegment: number): Promise<RunningTool> => {
			await this.#makeRoom(slot);
			slot.starting += 1;
			try {
				return await startFor(this.#needs, options.open, (path) => options.planFor(path, firstSegment));
			} finally {
				slot.starting -= 1;
			}
		};
		const encoder = createTrackEncoder(this.#needs, { ...options, start });
		slot.tracks.set(options.kind, encoder);
		return encoder;
	}

	async end(playbackId: string): Promise<void> {
		const slot = this.#slots.get(playbackId);
		this.#slots.delete(playbackId);
		if (slot) await stopSlot(slot);
	}

	assertRoom(viewerId: string): void {
		this.#assertAvailable();
		if (this.#isFull(null) && !this.#victimFor(viewerId, null)) throw busy();
	}

	runningCount(): number {
		return this.#running().length;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#ticker.stop();
		await Promise.all([...this.#slots.values()].map(stopSlot));
		this.#slots.clear();
	}

	#running(): Slot[] {
		return [...this.#slots.values()].filter(isRunning);
	}

	#idleMs(slot: Slot): number {
		return this.#needs.clock.now() - slot.lastAskedMs;
	}

	async #stopIdle(): Promise<void> {
		const idle = this.#running().filter((slot) => this.#idleMs(slot) > idleMaxMs);
		await Promise.all(idle.map(stopSlot));
	}

	#assertAvailable(): void {
		if (this.#encodesMax === 0 || this.#needs.runner.tools.ffmpeg === null) {
			throw new Fault('playback.transcode.unavailable');
		}
	}

	#isFull(playbackId: string | null): boolean {
		const others = [...this.#slots.values()].filter(({ owner }) => owner.playbackId !== playbackId);
		return others.filter((slot) => slot.starting > 0 || isRunning(slot)).length >= this.#encodesMax;
	}

	/**
	 * Whose encoder may be stopped for this viewer: an older one of their own, else one that nobody asks from.
	 */
	#victimFor(viewerId: string, playbackId: string | null): Slot | undefined {
		return this.#running()
			.filter(({ owner }) => owner.playbackId !== playbackId)
			.filter((slot) => slot.owner.viewerId === viewerId || this.#idleMs(slot) > takeOverMs)
			.sort((a, b) => this.#idleMs(b) - this.#idleMs(a))[0];
	}

	/** One that holds a place needs no other, so that two of them never wait for each other to stop. */
	async #makeRoom(slot: Slot): Promise<void> {
		const { viewerId, playbackId } = slot.owner;
		this.#assertAvailable();
		if (slot.starting > 0 || isRunning(slot) || !this.#isFull(playbackId)) return;
		const victim = this.#victimFor(viewerId, playbackId);
		if (!victim) throw busy();
		await stopSlot(victim);
	}
}

/** At most `encodesMax` playbacks encode at once; 0 switches conversions off. */
export const createEncoders = (needs: EncoderNeeds, { encodesMax }: { encodesMax: number }): Encoders =>
	new EncoderSlots(needs, encodesMax);
