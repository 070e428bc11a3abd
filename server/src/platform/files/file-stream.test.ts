/** Streams of files: the same bytes whichever way they are read, and nothing left open. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStream } from './file-stream.ts';

const content = randomBytes(3 * 1024 * 1024 + 17);
let folder: string;
let path: string;

before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'holdfast-stream-'));
	path = join(folder, 'film');
	await writeFile(path, content);
});
after(() => rm(folder, { recursive: true, force: true }));

const openStream = async (range = { start: 0, endExclusive: content.length }) => {
	const handle = await open(path);
	return { handle, stream: new FileStream(handle, range) };
};

/** Keeps copies, and takes its time: a buffer that is filled too early would show. */
const slowCollector = () => {
	const parts: Buffer[] = [];
	const sink = new Writable({
		write: (chunk: Buffer, _encoding, done) => {
			setTimeout(() => {
				parts.push(Buffer.from(chunk));
				done();
			}, 2);
		},
	});
	return { sink, bytes: () => Buffer.concat(parts) };
};

describe('a stream of a file', () => {
	it('pipes every byte of the range, in order, into a slow writer', async () => {
		const range = { start: 12_345, endExclusive: content.length - 7 };
		const { handle, stream } = await openStream(range);
		const { sink, bytes } = slowCollector();
		await pipeline(stream, sink);
		assert.ok(bytes().equals(content.subarray(range.start, range.endExclusive)));
		assert.equal(handle.fd, -1);
	});

	it('hands out chunks that may be kept where it is read otherwise', async () => {
		const { handle, stream } = await openStream();
		const parts: Buffer[] = [];
		for await (const part of stream) parts.push(part as Buffer);
		assert.ok(Buffer.concat(parts).equals(content));
		assert.equal(handle.fd, -1);
	});

	it('arrives whole over HTTP, twice on one connection', async () => {
		const server = createServer(async (_request, reply) => {
			reply.writeHead(200, { 'content-length': String(content.length) });
			(await openStream()).stream.pipe(reply);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		for (let round = 0; round < 2; round += 1) {
			const answer = await fetch(address);
			assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
		}
		server.closeAllConnections();
		server.close();
	});

	it('closes its file when the reader goes away in the middle', async () => {
		const { handle, stream } = await openStream();
		const sink = new Writable({ highWaterMark: 1, write: () => undefined });
		stream.on('error', () => undefined);
		stream.pipe(sink);
		await new Promise((resolve) => setImmediate(resolve));
		stream.destroy();
		await once(stream, 'close');
		assert.equal(handle.fd, -1);
	});

	it('fails where the file became shorter than was promised', async () => {
		const { handle, stream } = await openStream({ start: 0, endExclusive: content.length + 4096 });
		await truncate(path, 1024);
		const { sink } = slowCollector();
		await assert.rejects(pipeline(stream, sink), /shorter/);
		assert.equal(handle.fd, -1);
		await writeFile(path, content);
	});
});
