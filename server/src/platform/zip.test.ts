/** Archives as streams: whole when read, and made no further than they are read. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { onePiece, type ZippedFile, zipOf } from './zip.ts';

const readAll = async (files: AsyncIterable<ZippedFile>): Promise<Record<string, Uint8Array>> => {
	const pieces: Buffer[] = [];
	for await (const piece of zipOf(files, 1_700_000_000_000)) pieces.push(piece as Buffer);
	return unzipSync(Buffer.concat(pieces));
};

describe('an archive', () => {
	it('holds its files, empty ones and letters of every kind too', async () => {
		const files = async function* (): AsyncGenerator<ZippedFile> {
			yield { name: 'a/Grüße.txt', pieces: onePiece('Grüße aus Graz') };
			yield { name: 'empty.json', pieces: onePiece('') };
			yield await Promise.resolve({ name: 'bytes', pieces: onePiece(new Uint8Array([1, 2, 3])) });
		};
		const read = await readAll(files());
		assert.equal(strFromU8(read['a/Grüße.txt']!), 'Grüße aus Graz');
		assert.equal(read['empty.json']?.length, 0);
		assert.deepEqual([...(read['bytes'] ?? [])], [1, 2, 3]);
	});

	it('is made only as far as somebody reads, and ends where they stop', async () => {
		let made = 0;
		const over = Promise.withResolvers<void>();
		const pieces = async function* (): AsyncGenerator<Uint8Array> {
			try {
				for (;;) {
					made += 1;
					yield await Promise.resolve(randomBytes(64 * 1024));
				}
			} finally {
				over.resolve();
			}
		};
		const files = async function* (): AsyncGenerator<ZippedFile> {
			yield await Promise.resolve({ name: 'endless', pieces: pieces() });
		};
		let read = 0;
		for await (const piece of zipOf(files(), 1_700_000_000_000)) {
			read += (piece as Buffer).length;
			if (read > 1024 * 1024) break;
		}
		assert.ok(made < 64, `${made} pieces were made for ${read} bytes`);
		await over.promise;
	});

	it('fails where a file cannot be read', async () => {
		const broken = async function* (): AsyncGenerator<string> {
			yield await Promise.resolve('first');
			throw new Error('no further');
		};
		const files = async function* (): AsyncGenerator<ZippedFile> {
			yield await Promise.resolve({ name: 'broken', pieces: broken() });
		};
		await assert.rejects(readAll(files()), /no further/);
	});
});
