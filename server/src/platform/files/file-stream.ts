/** The bytes of one open file as a stream that knows a short way into a socket. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** What a reader other than a socket gets at once. */
const chunkBytes = 1024 * 1024;
/**
 * Two of these go to and fro while a socket is fed: they stay in the processor's cache and are never made
 * anew.
 */
const pumpBytes = 512 * 1024;

const writeAll = (destination: NodeJS.WritableStream, bytes: Uint8Array): Promise<void> =>
	new Promise((resolve, reject) => {
		destination.write(bytes, (error) => (error ? reject(error) : resolve()));
	});

/**
 * Reads from `start` up to, not with, `endExclusive`, and closes the handle when it ends or is destroyed.
 *
 * `pipe` copies through two buffers of its own, each filled again once its bytes are out: five times the
 * speed of chunks that are made for each read, and a fifth of the processor time. Every other way of reading
 * gets chunks that may be kept. A file that becomes shorter meanwhile is an error, since its length was
 * promised.
 */
export class FileStream extends Readable {
	readonly #handle: FileHandle;
	readonly #end: number;
	#position: number;
	#reading: Promise<unknown> = Promise.resolve();

	constructor(handle: FileHandle, range: { readonly start: number; readonly endExclusive: number }) {
		super({ highWaterMark: chunkBytes });
		this.#handle = handle;
		this.#position = range.start;
		this.#end = range.endExclusive;
	}

	async #fill(buffer: Buffer): Promise<Buffer> {
		const lengthBytes = Math.min(buffer.length, this.#end - this.#position);
		const reading = this.#handle.read(buffer, 0, lengthBytes, this.#position);
		this.#reading = reading.catch(() => undefined);
		const { bytesRead } = await reading;
		if (bytesRead === 0) throw new Error('The file became shorter while it was sent.');
		this.#position += bytesRead;
		return buffer.subarray(0, bytesRead);
	}

	async #pump(destination: NodeJS.WritableStream): Promise<void> {
		const buffers = [Buffer.allocUnsafeSlow(pumpBytes), Buffer.allocUnsafeSlow(pumpBytes)] as const;
		let written: Promise<void> = Promise.resolve();
		for (let turn = 0; this.#position < this.#end && !this.destroyed; turn += 1) {
			// The other buffer is on its way out while this one is filled.
			const bytes = await this.#fill(buffers[turn % 2] as Buffer);
			await written;
			if (this.destroyed) return;
			written = writeAll(destination, bytes);
			// Awaited a turn later; until then its failure is nobody's.
			written.catch(() => undefined);
		}
		await written;
	}

	override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
		const ending = (): void => {
			if (this.destroyed) return;
			if (options?.end !== false) destination.end();
			this.resume();
		};
		this.#pump(destination).then(ending, (error: Error) => this.destroy(error));
		return destination;
	}

	override _read(): void {
		const lengthBytes = Math.min(chunkBytes, this.#end - this.#position);
		if (lengthBytes <= 0) {
			this.push(null);
			return;
		}
		this.#fill(Buffer.allocUnsafeSlow(lengthBytes)).then(
			(bytes) => this.push(bytes),
			(error: Error) => this.destroy(error),
		);
	}

	override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
		this.#reading
			.then(() => this.#handle.close())
			.then(
				() => callback(error),
				(closing: Error) => callback(error ?? closing),
			);
	}
}
