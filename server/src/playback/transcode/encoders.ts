/** All running encoders: at most so many playbacks at once, none that nobody asks from, none left behind at the end. */
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Logger } from '../../platform/log.ts';
import { type RunningTool, startTool, ToolRefusal, type ToolRunner } from '../../platform/process/tool.ts';
import { createTrackEncoder, type TrackEncoder, type TrackEncoderOptions } from './track-encoder.ts';
import { argumentsOf, type EncodePlan } from './encode-plan.ts';

/** A paused viewer's player has its fill by then; the encoder starts again where it is wanted. */
const idleMs = 60_000;
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

export interface Encoders extends AsyncDisposable {
	/** The encoder of one track of one playback; made when first asked for. */
	track(
		owner: EncoderOwner,
		options: Omit<TrackEncoderOptions, 'start'> & {
			open: () => Promise<HeldFile>;
			planFor: (realPath: string, firstSegment: number) => EncodePlan;
		},
	): TrackEncoder;
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

export const createEncoders = (
	needs: { runner: ToolRunner; clock: Clock; log: Logger },
	{ encodesMax }: { encodesMax: number },
): Encoders => {
	const slots = new Map<string, Slot>();
	const isRunning = (slot: Slot): boolean => [...slot.tracks.values()].some((track) => track.isRunning());
	const running = (): Slot[] => [...slots.values()].filter(isRunning);
	const placesBeside = (playbackId: string | null): number =>
		[...slots.values()].filter(
			(slot) => slot.owner.playbackId !== playbackId && (slot.starting > 0 || isRunning(slot)),
		).length;
	const idleFor = (slot: Slot): number => needs.clock.now() - slot.lastAskedMs;
	const stopSlot = async (slot: Slot): Promise<void> => {
		await Promise.all([...slot.tracks.values()].map((track) => track.stop()));
	};

	/** Whose encoder may be stopped for this viewer: an older one of their own, else one that nobody asks from. */
	const victimFor = (viewerId: string, playbackId: string | null): Slot | undefined => {
		const others = running().filter(({ owner }) => owner.playbackId !== playbackId);
		const idle = others.filter((slot) => slot.owner.viewerId === viewerId || idleFor(slot) > takeOverMs);
		return idle.sort((a, b) => idleFor(b) - idleFor(a))[0];
	};
	const isFull = (playbackId: string | null): boolean => placesBeside(playbackId) >= encodesMax;

	const assertAvailable = (): void => {
		if (encodesMax === 0 || needs.runner.tools.ffmpeg === null)
			throw new Fault('playback.transcode.unavailable');
	};
	/** One that holds a place needs no other, so that two of them never wait for each other to stop. */
	const makeRoom = async (slot: Slot): Promise<void> => {
		const { owner } = slot;
		assertAvailable();
		if (slot.starting > 0 || isRunning(slot) || !isFull(owner.playbackId)) return;
		const victim = victimFor(owner.viewerId, owner.playbackId);
		if (!victim) throw new Fault('playback.transcode.busy', { detail: { retryAfterSeconds: 30 } });
		await stopSlot(victim);
	};

	const ticker = needs.clock.every(lookMs, async () => {
		await Promise.all(
			running()
				.filter((slot) => idleFor(slot) > idleMs)
				.map(stopSlot),
		);
	});

	const touched = (slot: Slot, encoder: TrackEncoder): TrackEncoder => {
		const touch = (): void => {
			slot.lastAskedMs = needs.clock.now();
		};
		return {
			...encoder,
			init: (signal) => {
				touch();
				return encoder.init(signal);
			},
			segment: (segment, signal) => {
				touch();
				return encoder.segment(segment, signal);
			},
		};
	};

	return {
		track: (owner, { open, planFor, ...options }) => {
			const made: Slot = { owner, tracks: new Map(), starting: 0, lastAskedMs: needs.clock.now() };
			const slot = slots.get(owner.playbackId) ?? made;
			slots.set(owner.playbackId, slot);
			const known = slot.tracks.get(options.kind);
			if (known) return known;
			const start = async (firstSegment: number): Promise<RunningTool> => {
				await makeRoom(slot);
				slot.starting += 1;
				try {
					return await startFor(needs, open, (realPath) => planFor(realPath, firstSegment));
				} finally {
					slot.starting -= 1;
				}
			};
			const encoder = touched(slot, createTrackEncoder(needs, { ...options, start }));
			slot.tracks.set(options.kind, encoder);
			return encoder;
		},
		end: async (playbackId) => {
			const slot = slots.get(playbackId);
			slots.delete(playbackId);
			if (slot) await stopSlot(slot);
		},
		assertRoom: (viewerId) => {
			assertAvailable();
			if (isFull(null) && !victimFor(viewerId, null)) {
				throw new Fault('playback.transcode.busy', { detail: { retryAfterSeconds: 30 } });
			}
		},
		runningCount: () => running().length,
		[Symbol.asyncDispose]: async () => {
			ticker.stop();
			await Promise.all([...slots.values()].map(stopSlot));
			slots.clear();
		},
	};
};
