/** Writes a ZIP piece by piece: what is in it is made while it is read, and memory does not grow with it. */
import { Readable } from 'node:stream';
import type * as Fflate from 'fflate';

/** One file of an archive. Its pieces are asked for when it is its turn. */
export interface ZippedFile {
	/** With forward slashes; never from a request. */
	readonly name: string;
	readonly pieces: AsyncIterable<string | Uint8Array>;
}

/** A text, cut nowhere: for small files. */
export const onePiece = async function* (piece: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
	yield await Promise.resolve(piece);
};

const nothing = new Uint8Array();
const compressionLevel = 6;

/** What the archive has to say after each piece that went in. */
const createWriter = ({ Zip }: typeof Fflate) => {
	let waiting: Uint8Array[] = [];
	let failure: Error | null = null;
	const zip = new Zip((error, bytes) => {
		if (error) failure = error;
		else waiting.push(bytes);
	});
	return {
		zip,
		take: (): Uint8Array[] => {
			if (failure) throw failure;
			const taken = waiting;
			waiting = [];
			return taken;
		},
	};
};

const write = async function* (files: AsyncIterable<ZippedFile>, madeAt: number): AsyncGenerator<Uint8Array> {
	const fflate = await import('fflate');
	const { zip, take } = createWriter(fflate);
	for await (const { name, pieces } of files) {
		const entry = new fflate.ZipDeflate(name, { level: compressionLevel });
		entry.mtime = madeAt;
		zip.add(entry);
		for await (const piece of pieces) {
			entry.push(typeof piece === 'string' ? fflate.strToU8(piece) : piece);
			yield* take();
		}
		entry.push(nothing, true);
		yield* take();
	}
	zip.end();
	yield* take();
};

/** The archive as a stream; `madeAt` is milliseconds since 1970. */
export const zipOf = (files: AsyncIterable<ZippedFile>, madeAt: number): Readable =>
	Readable.from(write(files, madeAt), { objectMode: false });
