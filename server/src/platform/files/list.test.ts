/** What a folder shows: hostile names, links, loops, folders that cannot be read, roots that are away. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openBelow } from './below.ts';
import {
	escapedName,
	type FolderEntry,
	type FolderTrail,
	folderState,
	listBelow,
	trailInto,
	trailTo,
} from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-list-'));
const root = join(folder, 'root');
const badName = Buffer.concat([
	Buffer.from(`${root}/bad-`),
	Buffer.from([0xff, 0x5c, 0x0a]),
	Buffer.from('.mp4'),
]);

before(() => {
	mkdirSync(join(root, 'series', 'season'), { recursive: true });
	writeFileSync(join(root, 'film.mp4'), '12345');
	writeFileSync(join(root, 'two\nlines.mp4'), '');
	writeFileSync(badName, '');
	writeFileSync(join(folder, 'secret.mp4'), '');
	symlinkSync(join(folder, 'secret.mp4'), join(root, 'out.mp4'));
	symlinkSync('/dev/null', join(root, 'device.mp4'));
	symlinkSync('film.mp4', join(root, 'in.mp4'));
	symlinkSync('nowhere', join(root, 'broken.mp4'));
	symlinkSync('self', join(root, 'self'));
	symlinkSync('..', join(root, 'series', 'up'));
	symlinkSync('../../series', join(root, 'series', 'season', 'round'));
	symlinkSync('series/season', join(root, 'short'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const list = async (relativePath: string, below = root): Promise<Map<string, FolderEntry>> => {
	const entries: FolderEntry[] = [];
	for await (const entry of listBelow(below, relativePath)) entries.push(entry);
	return new Map(entries.map((entry) => [entry.name, entry]));
};
const problemOf = (entry: FolderEntry | undefined): string =>
	entry?.kind === 'problem' ? entry.reason : `${entry?.kind}`;

describe('listing a folder', () => {
	it('gives files and folders with their facts, and a link inside as what it leads to', async () => {
		const entries = await list('');
		const film = entries.get('film.mp4');
		assert.ok(film?.kind === 'file' && film.sizeBytes === 5 && film.relativePath === 'film.mp4');
		const linked = entries.get('in.mp4');
		assert.ok(linked?.kind === 'file' && linked.inode === film.inode && linked.relativePath === 'in.mp4');
		assert.equal(entries.get('series')?.kind, 'folder');
		assert.equal(entries.get('short')?.kind, 'folder');
		assert.equal(entries.get('two\nlines.mp4')?.kind, 'file');
	});

	it('gives paths that open', async () => {
		for (const entry of (await list('')).values()) {
			if (entry.kind !== 'file') continue;
			await using file = await openBelow(root, entry.relativePath);
			assert.equal(file.inode, entry.inode);
		}
	});

	it('names a file whose name is no UTF-8 without being able to open it', async () => {
		const entry = (await list('')).get('bad-\\xff\\x5c\\x0a.mp4');
		assert.equal(entry?.kind, 'unnamable');
		assert.equal(escapedName(Buffer.from([0x61, 0x80, 0x5c])), 'a\\x80\\x5c');
	});

	it('does not follow links that lead out, nowhere or to themselves', async () => {
		const entries = await list('');
		assert.equal(problemOf(entries.get('out.mp4')), 'outside');
		assert.equal(problemOf(entries.get('device.mp4')), 'outside');
		assert.equal(problemOf(entries.get('broken.mp4')), 'absent');
		assert.equal(problemOf(entries.get('self')), 'outside');
	});

	it('sees a folder that contains itself by a link, also by a way round', async () => {
		assert.equal(problemOf((await list('series')).get('up')), 'loop');
		assert.equal(problemOf((await list('series/season')).get('round')), 'loop');
		const walk = async (relativePath: string, depth: number): Promise<number> => {
			assert.ok(depth < 10, `endless at ${relativePath}`);
			let count = 0;
			for (const entry of (await list(relativePath)).values()) {
				count += 1 + (entry.kind === 'folder' ? await walk(entry.relativePath, depth + 1) : 0);
			}
			return count;
		};
		assert.ok((await walk('', 0)) < 40);
	});

	it('gives the same along a trail, sees loops on it, and follows no folder that became a link out', async () => {
		const along = async (relativePath: string, trail: FolderTrail): Promise<Map<string, FolderEntry>> => {
			const entries = new Map<string, FolderEntry>();
			for await (const entry of listBelow(root, relativePath, trail)) entries.set(entry.name, entry);
			return entries;
		};
		const top = await trailTo(root, '');
		assert.deepEqual(await along('', top), await list(''));
		const series = (await along('', top)).get('series');
		assert.ok(series?.kind === 'folder');
		const inside = await along('series', trailInto(top, series));
		assert.equal(problemOf(inside.get('up')), 'loop');
		const season = inside.get('season');
		assert.ok(season?.kind === 'folder');
		const deeper = await along('series/season', trailInto(trailInto(top, series), season));
		assert.equal(problemOf(deeper.get('round')), 'loop');
		symlinkSync(folder, join(root, 'became-a-link'));
		const swapped = await along('became-a-link', trailInto(top, { ...series, name: 'became-a-link' }));
		assert.equal(problemOf(swapped.get('became-a-link')), 'outside');
		rmSync(join(root, 'became-a-link'));
	});

	it('gives a problem instead of throwing, for a folder that is gone, hostile or unreadable', async () => {
		assert.equal(problemOf((await list('gone/deeper')).get('deeper')), 'absent');
		assert.equal(problemOf((await list('../x')).get('x')), 'outside');
		assert.equal(problemOf((await list('', join(folder, 'unplugged'))).get('')), 'away');
		assert.equal(problemOf((await list('film.mp4')).get('film.mp4')), 'absent');
		if (process.getuid?.() !== 0) {
			chmodSync(join(root, 'series'), 0);
			assert.equal(problemOf((await list('series')).get('series')), 'unreadable');
			chmodSync(join(root, 'series'), 0o700);
		}
	});
});

describe('the state of a root', () => {
	it('is present, empty or missing, and a remade root has another inode', async () => {
		const state = await folderState(root);
		assert.equal(state.state, 'present');
		assert.ok(state.device !== null && state.inode !== null);
		const other = join(folder, 'other');
		assert.deepEqual(await folderState(other), { state: 'missing', device: null, inode: null });
		mkdirSync(join(other, 'lost+found'), { recursive: true });
		const empty = await folderState(other);
		assert.equal(empty.state, 'empty');
		assert.notEqual(empty.inode, state.inode);
		assert.equal((await folderState(join(root, 'film.mp4'))).state, 'missing');
	});
});
