/** Byte ranges over a real file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { isFault } from '../platform/fault.ts';
import { openBelow, openFileCount } from '../platform/files/below.ts';
import type { ByteReply } from '../platform/http/mount.ts';
import { answerDirect, parseRange, type RangeRequest } from './direct.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-direct-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
writeFileSync(join(folder, 'film.mp4'), content);

const answer = async (
	asked: Partial<RangeRequest>,
	signal = new AbortController().signal,
): Promise<ByteReply> =>
	answerDirect(
		await openBelow(folder, 'film.mp4'),
		{ range: null, ifRange: null, ifNoneMatch: null, ...asked },
		{ mimeType: 'video/mp4', signal },
	);
const bodyOf = (reply: ByteReply): Promise<Buffer> => buffer(reply.body as Readable);

describe('a range', () => {
	const table: readonly (readonly [string | null, ReturnType<typeof parseRange>])[] = [
		[null, 'whole'],
		['bytes=0-', { start: 0, endExclusive: 100 }],
		['bytes=0-0', { start: 0, endExclusive: 1 }],
		['bytes=10-19', { start: 10, endExclusive: 20 }],
		['bytes=90-1000', { start: 90, endExclusive: 100 }],
		['bytes=-10', { start: 90, endExclusive: 100 }],
		['bytes=-1000', { start: 0, endExclusive: 100 }],
		['bytes=-0', 'unsatisfiable'],
		['bytes=100-', 'unsatisfiable'],
		['bytes=999999999999999-', 'unsatisfiable'],
		['bytes=20-10', 'whole'],
		['bytes=-', 'whole'],
		['bytes=0-1,5-6', 'whole'],
		['bytes=a-b', 'whole'],
		['bytes=99999999999999999999-', 'whole'],
		['items=0-5', 'whole'],
	];
	for (const [header, expected] of table) {
		it(`${header} of a hundred bytes is ${JSON.stringify(expected)}`, () => {
			assert.deepEqual(parseRange(header, 100), expected);
		});
	}
});

describe('a file played directly', () => {
	it('comes whole without a range, with its length and a strong tag', async () => {
		const reply = await answer({});
		assert.equal(reply.status, 200);
		assert.equal(reply.headers['content-length'], '3000000');
		assert.match(reply.headers['etag'] ?? '', /^"[\w-]{22}"$/);
		assert.deepEqual(await bodyOf(reply), content);
	});

	it('comes in part with one, and says which part', async () => {
		const reply = await answer({ range: 'bytes=1000-2000999' });
		assert.equal(reply.status, 206);
		assert.equal(reply.headers['content-range'], 'bytes 1000-2000999/3000000');
		assert.deepEqual(await bodyOf(reply), content.subarray(1_000, 2_001_000));
	});

	it('comes whole where the tag of the wanted part is not its own, and in part where it is', async () => {
		const whole = await answer({ range: 'bytes=0-9', ifRange: '"another"' });
		assert.equal(whole.status, 200);
		(whole.body as Readable).destroy();
		const part = await answer({ range: 'bytes=0-9', ifRange: whole.headers['etag'] ?? '' });
		assert.equal(part.status, 206);
		assert.equal((await bodyOf(part)).length, 10);
	});

	it('is not sent again to somebody who has it', async () => {
		const first = await answer({});
		(first.body as Readable).destroy();
		const again = await answer({ ifNoneMatch: first.headers['etag'] ?? '' });
		assert.deepEqual([again.status, again.body], [304, null]);
	});

	it('ends before a part past its end', async () => {
		await assert.rejects(
			answer({ range: 'bytes=3000000-' }),
			(error) => isFault(error, 'playback.range.unsatisfiable') && error.detail?.['sizeBytes'] === 3_000_000,
		);
	});

	it('stops in the middle when the session ends, and leaves no file open', async () => {
		const session = new AbortController();
		const reply = await answer({}, session.signal);
		const body = reply.body as Readable;
		const closed = new Promise((resolve) => body.once('close', resolve));
		let received = 0;
		for await (const chunk of body) {
			received += (chunk as Buffer).length;
			session.abort();
			break;
		}
		await closed;
		assert.ok(received < content.length);
		while (openFileCount() > 0) await new Promise((resolve) => setImmediate(resolve));
	});
});
