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

/**
 * Encoders snap frames to their own clock: a key frame may come a little before the time it was asked for.
 */
const slackSeconds = { video: 0.03, audio: 0.0005 } as const;

/** One stream's state on its way through. A class, since it lives as long as an encoder does. */
class StreamSplitter implements Splitter {
	readonly #options: SplitterOptions;
	#pending = Buffer.alloc(0);
	#hasHead = false;
	#unitsPerSecond = 1;
	/** Where samples go now; -1 before the first wanted segment. */
	#segment = -1;
	/** They point into the bytes that came, which are therefore never overwritten. */
	#samples: ReadSample[] = [];

	constructor(options: SplitterOptions) {
		this.#options = options;
	}

	push(chunk: Uint8Array): void {
		this.#pending = Buffer.concat([this.#pending, chunk]);
		if (this.#pending.length > pendingBytesMax) throw new Error('an encoder wrote a fragment without end');
		if (!this.#hasHead) this.#readHead();
		if (this.#hasHead) this.#takeFragments();
	}

	end(): void {
		this.#emit();
	}

	#toSeconds(units: number): number {
		return units / this.#unitsPerSecond - this.#options.originSeconds;
	}

	#emit(): void {
		const [first] = this.#samples;
		const { firstSegment, originSeconds, onSegment } = this.#options;
		if (first && this.#segment >= firstSegment) {
			const origin = Math.round(originSeconds * this.#unitsPerSecond);
			const decodeTimeUnits = Math.max(0, first.decodeTimeUnits - origin);
			const fragment = { sequenceNumber: this.#segment + 1, decodeTimeUnits, samples: this.#samples };
			onSegment(this.#segment, writeFragment(fragment));
		}
		this.#samples = [];
	}

	#place(sample: ReadSample): void {
		const { kind, grid, firstSegment } = this.#options;
		const shownUnits = sample.decodeTimeUnits + sample.compositionUnits;
		const atSeconds = this.#toSeconds(shownUnits) + slackSeconds[kind];
		const isEarly = atSeconds < (grid.starts[firstSegment] ?? 0);
		const target = isEarly ? -1 : segmentAt(grid, atSeconds);
		if ((kind === 'audio' || sample.isKey) && target !== this.#segment) {
			this.#emit();
			this.#segment = target;
		}
		if (this.#segment !== -1) this.#samples.push(sample);
	}

	/** A segment that reaches the next boundary is whole: nobody need wait for the next fragment. */
	#emitWhole(): void {
		const last = this.#samples.at(-1);
		const boundary = this.#options.grid.starts[this.#segment + 1];
		if (!last || boundary === undefined) return;
		const endSeconds = this.#toSeconds(last.decodeTimeUnits + last.durationUnits);
		if (endSeconds + slackSeconds[this.#options.kind] < boundary) return;
		this.#emit();
		this.#segment += 1;
	}

	#readHead(): void {
		const moov = boxesIn(this.#pending).find(({ type }) => type === 'moov');
		if (!moov) return;
		const head = withoutEditList(Buffer.from(this.#pending.subarray(0, moov.end)));
		this.#hasHead = true;
		this.#unitsPerSecond = timescaleOf(head);
		this.#pending = this.#pending.subarray(moov.end);
		this.#options.onInit(head);
	}

	#takeFragments(): void {
		let taken = 0;
		for (const box of boxesIn(this.#pending)) {
			if (box.type !== 'mdat') continue;
			for (const sample of readFragment(this.#pending.subarray(taken, box.end))) this.#place(sample);
			this.#emitWhole();
			taken = box.end;
		}
		if (taken > 0) this.#pending = this.#pending.subarray(taken);
	}
}

/** Deterministic but for its callbacks. Samples before the first segment (preroll, priming) are dropped. */
export const createSplitter = (options: SplitterOptions): Splitter => new StreamSplitter(options);
