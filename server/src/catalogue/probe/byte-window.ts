/** Small synchronous reads over a file that is held open, through one window of recent bytes. For worker threads only. */
import { readSync } from 'node:fs';

/** One read from disk: most headers fit in it. */
const windowBytes = 64 * 1024;

export interface ByteWindow {
	readonly sizeBytes: number;
	/** Bytes from `start` up to `end`, fewer where the file ends. The result is the caller's own. */
	read(start: number, end: number): Uint8Array;
	/** Bytes asked of the disk so far. */
	readBytes(): number;
}

/** A window over `descriptor`; stops with an error after `bytesMax`, so that no header makes us read a whole film. */
export const openWindow = (descriptor: number, sizeBytes: number, bytesMax: number): ByteWindow => {
	let window = Buffer.alloc(0);
	let windowStart = 0;
	let total = 0;
	const load = (start: number, length: number): Buffer<ArrayBuffer> => {
		total += length;
		if (total > bytesMax) throw new Error('The header is larger than is read.');
		const bytes = Buffer.allocUnsafe(length);
		let filled = 0;
		while (filled < length) {
			const count = readSync(descriptor, bytes, filled, length - filled, start + filled);
			if (count === 0) break;
			filled += count;
		}
		return bytes.subarray(0, filled);
	};
	return {
		sizeBytes,
		readBytes: () => total,
		read: (start, end) => {
			const from = Math.max(0, Math.min(start, sizeBytes));
			const to = Math.max(from, Math.min(end, sizeBytes));
			if (to - from >= windowBytes) return load(from, to - from);
			if (from < windowStart || to > windowStart + window.length) {
				windowStart = from;
				window = load(from, Math.min(windowBytes, sizeBytes - from));
			}
			return Uint8Array.prototype.slice.call(window, from - windowStart, to - windowStart);
		},
	};
};
