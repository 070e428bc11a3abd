/** Cuts what an encoder writes into the segments of a grid, as bytes arrive. */
import {
	boxesIn,
	type ReadSample,
	readFragment,
	timescaleOf,
	withoutEditList,
	writeFragment,
} from '../packaging/boxes.ts';
import { type Grid, segmentAt } from '../packaging/grid.ts';

/** One fragment of an encoder at its highest rate stays far below; more is a broken stream. */
const pendingBytesMax = 96 * 1024 * 1024;

export interface Splitter {
	/** Takes the next bytes and calls back for what they complete. */
	push(chunk: Uint8Array): void;
	/** The encoder has ended by itself: what is left is the last segment. */
	end(): void;
}

export interface SplitterOptions {
	readonly kind: 'video' | 'audio';
	readonly grid: Grid;
	readonly firstSegment: number;
	readonly originSeconds: number;
	readonly onInit: (init: Uint8Array) => void;
	readonly onSegment: (segment: number, bytes: Uint8Array) => void;
}

/** Encoders snap frames to their own clock: a key frame may come a little before the time it was asked for. */
const slackSeconds = { video: 0.03, audio: 0.0005 } as const;

/** Pure but for its callbacks. Samples before the first segment (preroll, priming) are dropped. */
export const createSplitter = (options: SplitterOptions): Splitter => {
	const { grid, kind } = options;
	let pending = Buffer.alloc(0);
	let head: Buffer | null = null;
	let unitsPerSecond = 1;
	let segment = -1;
	let samples: ReadSample[] = [];

	const toSeconds = (units: number): number => units / unitsPerSecond - options.originSeconds;

	const emit = (): void => {
		const [first] = samples;
		if (first && segment >= options.firstSegment) {
			const origin = Math.round(options.originSeconds * unitsPerSecond);
			const decodeTimeUnits = Math.max(0, first.decodeTimeUnits - origin);
			options.onSegment(segment, writeFragment({ sequenceNumber: segment + 1, decodeTimeUnits, samples }));
		}
		samples = [];
	};

	const place = (sample: ReadSample): void => {
		const atSeconds = toSeconds(sample.decodeTimeUnits + sample.compositionUnits) + slackSeconds[kind];
		const startsAnother = kind === 'audio' || sample.isKey;
		const isEarly = atSeconds < (grid.starts[options.firstSegment] ?? 0);
		const target = isEarly ? -1 : segmentAt(grid, atSeconds);
		if (startsAnother && target !== segment) {
			if (segment !== -1) emit();
			segment = target;
		}
		if (segment !== -1) samples.push(sample);
	};

	/** A segment that reaches the next boundary is whole: nobody need wait for the next fragment. */
	const emitWhole = (): void => {
		const last = samples.at(-1);
		const boundary = grid.starts[segment + 1];
		if (!last || boundary === undefined) return;
		if (toSeconds(last.decodeTimeUnits + last.durationUnits) + slackSeconds[kind] >= boundary) {
			emit();
			segment += 1;
		}
	};

	const readHead = (moovEnd: number): void => {
		head = withoutEditList(Buffer.from(pending.subarray(0, moovEnd)));
		unitsPerSecond = timescaleOf(head);
		options.onInit(head);
		pending = pending.subarray(moovEnd);
	};

	const takeFragments = (): void => {
		const boxes = boxesIn(pending);
		let taken = 0;
		for (const box of boxes) {
			if (box.type !== 'mdat') continue;
			for (const sample of readFragment(pending.subarray(taken, box.end))) place(sample);
			if (samples.length > 0) emitWhole();
			taken = box.end;
		}
		// Samples of an unfinished segment point into these bytes, so they are kept by reference, never overwritten.
		if (taken > 0) pending = pending.subarray(taken);
	};

	return {
		push: (chunk) => {
			pending = Buffer.concat([pending, chunk]);
			if (pending.length > pendingBytesMax) throw new Error('an encoder wrote a fragment without end');
			if (!head) {
				const moov = boxesIn(pending).find(({ type }) => type === 'moov');
				if (moov) readHead(moov.end);
			}
			if (head) takeFragments();
		},
		end: () => {
			if (segment !== -1) emit();
		},
	};
};
