/** One running encoder of one track: fills a bounded store of segments and waits when it is far ahead. */
import { Fault } from '../../platform/fault.ts';
import type { Logger } from '../../platform/log.ts';
import type { RunningTool } from '../../platform/process/tool.ts';
import type { Grid } from '../packaging/grid.ts';
import { createSplitter } from './splitter.ts';

/** Segments made beyond the last one asked for; then the encoder's pipe is left full. */
const aheadSegmentsMax = 8;

export interface EncodeRun {
	readonly firstSegment: number;
	/** The next segment that it will make. */
	next(): number;
	/** Somebody wants this segment: lets the encoder go on as far as that allows. */
	want(segment: number): void;
	/** Resolves when the process is gone and the file closed. */
	readonly done: Promise<void>;
	stop(): Promise<void>;
}

export interface EncodeRunOptions {
	readonly kind: 'video' | 'audio';
	readonly grid: Grid;
	readonly firstSegment: number;
	readonly originSeconds: number;
	readonly tool: RunningTool;
	readonly onInit: (init: Uint8Array) => void;
	readonly onSegment: (segment: number, bytes: Uint8Array) => void;
	/** Called once, when nothing more will come; with the fault where it broke. */
	readonly onEnd: (fault: Fault | null) => void;
}

/** Follows a started encoder. It runs until its end, until `stop`, or until it breaks. */
export const followEncode = (needs: { log: Logger }, options: EncodeRunOptions): EncodeRun => {
	const { tool } = options;
	let next = options.firstSegment;
	let wanted = options.firstSegment;
	let isStopped = false;
	let wake: (() => void) | null = null;

	const roomAhead = async (): Promise<void> => {
		while (!isStopped && next > wanted + aheadSegmentsMax) {
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	};
	const splitter = createSplitter({
		...options,
		onSegment: (segment, bytes) => {
			next = segment + 1;
			options.onSegment(segment, bytes);
		},
	});

	const read = async (): Promise<Fault | null> => {
		for await (const chunk of tool.stdout) {
			splitter.push(chunk as Uint8Array);
			await roomAhead();
			if (isStopped) return null;
		}
		const end = await tool.done;
		if (isStopped) return null;
		splitter.end();
		if (end.exitCode === 0) return null;
		needs.log.warn({ exitCode: end.exitCode, ended: end.ended, said: end.stderrTail }, 'an encoder broke');
		return new Fault('playback.transcode.failed');
	};

	const follow = async (): Promise<void> => {
		let fault: Fault | null = null;
		try {
			fault = await read();
		} catch (cause) {
			if (!isStopped) fault = new Fault('playback.transcode.failed', { cause });
		}
		await tool.stop();
		options.onEnd(fault);
	};
	const done = follow();

	return {
		firstSegment: options.firstSegment,
		next: () => next,
		want: (segment) => {
			wanted = Math.max(wanted, segment);
			wake?.();
		},
		done,
		stop: async () => {
			isStopped = true;
			wake?.();
			await tool.stop();
			await done;
		},
	};
};
