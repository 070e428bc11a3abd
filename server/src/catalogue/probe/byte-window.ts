/**
 * Small synchronous reads over a file that is held open, through one window of recent bytes. For worker
 * threads only.
 */
import { readSync } from 'node:fs';

/** One read from disk: most headers fit in it. */
const windowBytes = 64 * 1024;

export interface ByteWindow extends Disposable {
	readonly sizeBytes: number;
	/** Bytes from `start` up to `end`, fewer where the file ends. The result is the caller's own. */
	read(start: number, end: number): Uint8Array;
	/** Bytes asked of the disk so far. */
	readBytes(): number;
}

/** Windows of files that are done, for the next ones: a scan would otherwise make gigabytes of garbage. */
const spare: Buffer<ArrayBuffer>[] = [];
const spareMax = 8;

/**
 * A window over `descriptor`; stops with an error after `bytesMax`, so that no header makes us read a whole
 * film.
 */
export const openWindow = (descriptor: number, sizeBytes: number, bytesMax: number): ByteWindow => {
	const window = spare.pop() ?? Buffer.allocUnsafeSlow(windowBytes);
	let [windowStart, windowLength] = [0, 0];
	let total = 0;
	const fill = (bytes: Buffer, start: number, length: number): number => {
		total += length;
		if (total > bytesMax) throw new Error('The header is larger than is read.');
		let filled = 0;
		while (filled < length) {
			const count = readSync(descriptor, bytes, filled, length - filled, start + filled);
			if (count === 0) break;
			filled += count;
		}
		return filled;
	};
	return {
		sizeBytes,
		readBytes: () => total,
		read: (start, end) => {
			const from = Math.max(0, Math.min(start, sizeBytes));
			const to = Math.max(from, Math.min(end, sizeBytes));
			if (to - from >= windowBytes) {
				const bytes = Buffer.allocUnsafeSlow(to - from);
				return bytes.subarray(0, fill(bytes, from, to - from));
			}
			if (from < windowStart || to > windowStart + windowLength) {
				windowStart = from;
				windowLength = 0;
				windowLength = fill(window, from, Math.min(windowBytes, sizeBytes - from));
			}
			const available = Math.max(0, Math.min(to, windowStart + windowLength) - from);
			// Not `Uint8Array.from`, which asks for one byte after the other.
			return new Uint8Array(window.subarray(from - windowStart, from - windowStart + available));
		},
		[Symbol.dispose]: () => {
			if (spare.length < spareMax) spare.push(window);
		},
	};
};
