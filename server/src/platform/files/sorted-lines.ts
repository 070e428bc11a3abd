/** Looks up lines in a file that is sorted and far larger than memory. */
import { type FileHandle, open } from 'node:fs/promises';

const lineBytesMax = 256;

const readAt = async (file: FileHandle, offset: number, length: number): Promise<string> => {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
	return buffer.toString('latin1', 0, bytesRead);
};

/** The first line that begins at or after `offset`, and where; null at the end. */
const lineFrom = async (
	file: FileHandle,
	offset: number,
): Promise<{ readonly begin: number; readonly line: string } | null> => {
	const from = Math.max(0, offset - 1);
	const text = await readAt(file, from, 2 * lineBytesMax);
	const begin = offset === 0 ? 0 : text.indexOf('\n') + 1;
	if (offset > 0 && begin === 0) return null;
	const end = text.indexOf('\n', begin);
	const line = text.slice(begin, end === -1 ? undefined : end).replace(/\r$/u, '');
	return line === '' ? null : { begin: from + begin, line };
};

/** Where the first line stands that is not less than `prefix`. */
const seek = async (file: FileHandle, prefix: string, size: number): Promise<number> => {
	let low = 0;
	let high = size;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const found = await lineFrom(file, middle);
		if (found === null || found.line.slice(0, prefix.length).toUpperCase() >= prefix) high = middle;
		else low = middle + 1;
	}
	return low;
};

/**
 * Every line that begins with `prefix` (capital letters), at most `bytesMax` of them. The file is ASCII, one
 * line each under 256 bytes, sorted by their codes.
 *
 * @throws whatever opening and reading the file throws.
 */
export const linesWithPrefix = async (path: string, prefix: string, bytesMax: number): Promise<string[]> => {
	await using file = await open(path, 'r');
	const { size } = await file.stat();
	const start = (await lineFrom(file, await seek(file, prefix, size)))?.begin ?? size;
	const text = await readAt(file, start, Math.min(bytesMax, size - start));
	const lines: string[] = [];
	for (const line of text.split(/\r?\n/u)) {
		if (!line.toUpperCase().startsWith(prefix)) break;
		lines.push(line);
	}
	return lines;
};
