/** What the one file-opening function gives and what it refuses, on a real folder full of traps. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	fstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readlinkSync,
	readSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { openBelow, openBelowNow, openFileCount, openFilesMax } from './below.ts';
import { FileRefusal, type FileRefusalReason } from './refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-below-'));
const root = join(folder, 'root');
const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));

before(() => {
	mkdirSync(join(root, 'films'), { recursive: true });
	mkdirSync(join(folder, 'root-beside'));
	writeFileSync(join(root, 'films', 'a.mp4'), content);
	writeFileSync(join(root, 'empty.mp4'), '');
	writeFileSync(join(folder, 'secret.txt'), 'secret');
	writeFileSync(join(folder, 'root-beside', 'secret.txt'), 'secret');
	symlinkSync(join(folder, 'secret.txt'), join(root, 'out.mp4'));
	symlinkSync('../root-beside', join(root, 'beside'));
	symlinkSync('films/a.mp4', join(root, 'in.mp4'));
	symlinkSync('loop.mp4', join(root, 'loop.mp4'));
	symlinkSync('nowhere.mp4', join(root, 'broken.mp4'));
	execFileSync('mkfifo', [join(root, 'pipe.mp4')]);
	writeFileSync(join(root, 'two\nlines "🎬".mp4'), 'x');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Both ways of opening refuse, for the same reason. */
const refused = async (relativePath: string, reason: FileRefusalReason, below = root): Promise<void> => {
	const isRefusal = (error: unknown): boolean => error instanceof FileRefusal && error.reason === reason;
	await assert.rejects(openBelow(below, relativePath), isRefusal);
	assert.throws(() => openBelowNow(below, relativePath), isRefusal);
};

describe('opening a file below its root', () => {
	it('reads any piece of it', async () => {
		await using file = await openBelow(root, 'films/a.mp4');
		assert.equal(file.sizeBytes, content.length);
		assert.ok(file.modifiedAtMs > 1_600_000_000_000 && Number.isInteger(file.modifiedAtMs));
		assert.match(file.inode, /^\d+:\d+$/);
		assert.deepEqual(Buffer.from(await file.readAt(1_000, 500)), content.subarray(1_000, 1_500));
		assert.equal((await file.readAt(content.length - 10, 500)).length, 10);
		assert.equal((await file.readAt(content.length + 10, 500)).length, 0);
	});

	it('holds the same file open without a promise, and lets go of it', async () => {
		const before = openFileCount();
		let descriptor = -1;
		{
			using file = openBelowNow(root, 'in.mp4');
			descriptor = file.descriptor;
			assert.equal(openFileCount(), before + 1);
			assert.equal(file.sizeBytes, content.length);
			const bytes = Buffer.alloc(500);
			assert.equal(readSync(descriptor, bytes, 0, 500, 1_000), 500);
			assert.deepEqual(bytes, content.subarray(1_000, 1_500));
		}
		assert.equal(openFileCount(), before);
		assert.throws(() => fstatSync(descriptor), { code: 'EBADF' });
	});

	it('streams exactly the bytes of a range', async () => {
		for (const [start, endExclusive] of [
			[0, content.length],
			[5, 6],
			[999_999, 2_500_001],
			[7, 7],
		] as const) {
			const file = await openBelow(root, 'films/a.mp4');
			assert.deepEqual(
				await buffer(file.stream({ start, endExclusive })),
				content.subarray(start, endExclusive),
			);
		}
	});

	it('follows a link that stays inside, and takes any name', async () => {
		await using linked = await openBelow(root, 'in.mp4');
		assert.ok(linked.realPath.endsWith('/films/a.mp4'));
		await using named = await openBelow(root, 'two\nlines "🎬".mp4');
		assert.equal(named.sizeBytes, 1);
		await using empty = await openBelow(root, 'empty.mp4');
		assert.equal((await empty.readAt(0, 10)).length, 0);
	});

	it('refuses each way out by its reason', async () => {
		const outside = [
			'../secret.txt',
			'films/../../secret.txt',
			'/etc/passwd',
			'a\0.mp4',
			'./films/a.mp4',
			'films//a.mp4',
		];
		for (const path of [...outside, 'out.mp4', 'beside/secret.txt', 'loop.mp4', '..', 'films/..'])
			await refused(path, 'outside');
	});

	it('refuses what is no plain file, and never waits for a pipe', async () => {
		await refused('films', 'not-a-file');
		await refused('', 'not-a-file');
		await refused('pipe.mp4', 'not-a-file');
	});

	it('tells a missing file from a missing disk', async () => {
		await refused('nothing.mp4', 'absent');
		await refused('broken.mp4', 'absent');
		await refused('films/a.mp4/deeper', 'absent');
		await refused('films/a.mp4', 'away', join(folder, 'unplugged'));
	});

	it('says so where our user may not read', {
		skip: process.getuid?.() === 0 ? 'root reads all' : false,
	}, async () => {
		chmodSync(join(root, 'empty.mp4'), 0);
		await refused('empty.mp4', 'unreadable');
		chmodSync(join(root, 'empty.mp4'), 0o600);
	});

	it('never reads outside, however a path is written', async () => {
		const part = fc.oneof(
			fc.constantFrom(
				'..',
				'.',
				'',
				'films',
				'beside',
				'out.mp4',
				'in.mp4',
				'secret.txt',
				'a.mp4',
				'\\',
				'%2e%2e',
			),
			fc.string(),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(part, { maxLength: 6 }), fc.boolean(), async (parts, isAbsolute) => {
				try {
					await using file = await openBelow(root, (isAbsolute ? '/' : '') + parts.join('/'));
					assert.ok(file.realPath.startsWith(`${root}/`));
				} catch (error) {
					assert.ok(error instanceof FileRefusal, String(error));
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('never reads outside while a folder is exchanged for a link', async () => {
		mkdirSync(join(root, 'swap-real'));
		writeFileSync(join(root, 'swap-real', 'secret.txt'), 'inside');
		symlinkSync(join(folder, 'root-beside'), join(root, 'swap-link'));
		let isRunning = true;
		const swap = (async () => {
			while (isRunning) {
				renameSync(join(root, 'swap-real'), join(root, 'swap'));
				await new Promise((resolve) => setImmediate(resolve));
				renameSync(join(root, 'swap'), join(root, 'swap-real'));
				renameSync(join(root, 'swap-link'), join(root, 'swap'));
				await new Promise((resolve) => setImmediate(resolve));
				renameSync(join(root, 'swap'), join(root, 'swap-link'));
			}
		})();
		let opened = 0;
		for (let count = 0; count < 2_000; count += 1) {
			try {
				await using file = await openBelow(root, 'swap/secret.txt');
				assert.equal(Buffer.from(await file.readAt(0, 10)).toString(), 'inside');
				opened += 1;
			} catch (error) {
				assert.ok(error instanceof FileRefusal, String(error));
			}
		}
		isRunning = false;
		await swap;
		assert.ok(opened > 0, 'the race was never won by the good folder');
	});
});

/** Runs beside the thread that opens: in one thread nothing could change between check and opening. */
const swapping = `
	const { renameSync } = require('node:fs');
	const { parentPort, workerData } = require('node:worker_threads');
	const at = (name) => workerData.root + '/' + name;
	parentPort.postMessage('begun');
	while (Atomics.load(workerData.stop, 0) === 0) {
		renameSync(at('now-real'), at('now'));
		renameSync(at('now'), at('now-real'));
		renameSync(at('now-link'), at('now'));
		renameSync(at('now'), at('now-link'));
	}
`;

describe('opening without a promise', () => {
	it('never reads outside while another thread exchanges a folder for a link', async () => {
		mkdirSync(join(root, 'now-real'));
		writeFileSync(join(root, 'now-real', 'secret.txt'), 'inside');
		symlinkSync(join(folder, 'root-beside'), join(root, 'now-link'));
		const stop = new Int32Array(new SharedArrayBuffer(4));
		const swap = new Worker(swapping, { eval: true, workerData: { root, stop } });
		const ended = once(swap, 'exit');
		await once(swap, 'message');
		let opened = 0;
		try {
			for (let count = 0; count < 20_000; count += 1) {
				try {
					using file = openBelowNow(root, 'now/secret.txt');
					const bytes = Buffer.alloc(10);
					const length = readSync(file.descriptor, bytes, 0, 10, 0);
					assert.equal(bytes.toString('latin1', 0, length), 'inside');
					opened += 1;
				} catch (error) {
					assert.ok(error instanceof FileRefusal, String(error));
				}
			}
		} finally {
			Atomics.store(stop, 0, 1);
			await ended;
		}
		assert.ok(opened > 0, 'the race was never won by the good folder');
	});
});

const openDescriptorsBelow = (): number =>
	readdirSync('/proc/self/fd').filter((fd) => {
		try {
			return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
		} catch {
			return false;
		}
	}).length;

describe('descriptors', { skip: process.platform !== 'linux' }, () => {
	it('are all given back after 500 streams, read to the end, given up half way, or never begun', async () => {
		for (let count = 0; count < 500; count += 1) {
			const file = await openBelow(root, 'films/a.mp4');
			const stream = file.stream({ start: 0, endExclusive: count % 4 === 3 ? 0 : file.sizeBytes });
			const closed = new Promise((resolve) => stream.once('close', resolve));
			if (count % 4 === 0) stream.resume();
			else if (count % 4 === 1) stream.once('data', () => stream.destroy());
			else stream.destroy();
			await file[Symbol.asyncDispose]();
			await closed;
		}
		// A file is closed by a thread, which may have other things to do first.
		for (let look = 0; look < 500 && openDescriptorsBelow() > 0; look += 1) await delay(10);
		assert.equal(openDescriptorsBelow(), 0);
		assert.equal(openFileCount(), 0);
	});

	it('are bounded: above the bound a file is refused as busy, and room comes back', async () => {
		const files = await Promise.all(
			Array.from({ length: openFilesMax }, () => openBelow(root, 'films/a.mp4')),
		);
		await refused('films/a.mp4', 'busy');
		await Promise.all(files.map((file) => file[Symbol.asyncDispose]()));
		await using again = await openBelow(root, 'films/a.mp4');
		assert.equal(again.sizeBytes, content.length);
	});

	it('are given back by refusals too', async () => {
		for (let count = 0; count < 50; count += 1) await refused('nothing.mp4', 'absent');
		assert.equal(openFileCount(), 0);
	});
});
