/** The folder picker: handles that only the server can make, and nothing outside the allowed roots. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isFault } from '../../platform/fault.ts';
import { createFolderPicker } from './folders.ts';

let base = '';
before(async () => {
	base = await mkdtemp(join(tmpdir(), 'holdfast-folders-'));
	for (const folder of ['root/Films/New', 'root/.hidden', 'root/@eaDir', 'root/data/db', 'outside/secret']) {
		await mkdir(join(base, folder), { recursive: true });
	}
	await symlink(join(base, 'outside'), join(base, 'root/escape'));
});
after(() => rm(base, { recursive: true, force: true }));

const refused = (error: unknown): boolean => isFault(error, 'catalogue.folder.refused');
const picker = () => createFolderPicker({ roots: [join(base, 'root')], hidden: [join(base, 'root/data')] });

describe('the folder picker', () => {
	it('shows the roots, then folders below them, with the way there', async () => {
		const folders = picker();
		const top = await folders.list(null);
		assert.deepEqual(
			top.folders.map(({ displayPath }) => displayPath),
			[join(base, 'root')],
		);
		const below = await folders.list(top.folders[0]?.handle ?? '');
		assert.deepEqual(
			below.folders.map(({ name, hasChildren }) => [name, hasChildren]),
			[['Films', true]],
		);
		const films = await folders.list(below.folders[0]?.handle ?? '');
		assert.deepEqual(
			films.trail.map(({ name }) => name),
			[join(base, 'root'), 'Films'],
		);
		assert.equal(await folders.pathOf(films.folders[0]?.handle ?? ''), join(base, 'root/Films/New'));
	});

	it('takes no path, no forged handle and none of another process', async () => {
		const folders = picker();
		const [root] = (await folders.list(null)).folders;
		const flipped = `${(root?.handle ?? '').slice(0, -2)}${root?.handle.endsWith('AA') ? 'BB' : 'AA'}`;
		for (const handle of [
			'/etc',
			'../../etc',
			Buffer.from('["/","etc"]').toString('base64url'),
			flipped,
			'AAAAAAAA',
		]) {
			await assert.rejects(folders.pathOf(handle), refused, handle);
			await assert.rejects(folders.list(handle), refused, handle);
		}
		await assert.rejects(picker().pathOf(root?.handle ?? ''), refused, 'the key dies with its process');
	});

	it('refuses a folder that was exchanged for a link out of the root', async () => {
		const folders = picker();
		const [root] = (await folders.list(null)).folders;
		const [films] = (await folders.list(root?.handle ?? '')).folders;
		await rm(join(base, 'root/Films'), { recursive: true });
		await symlink(join(base, 'outside'), join(base, 'root/Films'));
		await assert.rejects(folders.pathOf(films?.handle ?? ''), refused);
		await rm(join(base, 'root/Films'));
		await mkdir(join(base, 'root/Films/New'), { recursive: true });
		assert.equal(await folders.pathOf(films?.handle ?? ''), join(base, 'root/Films'), 'the control');
	});

	it('says so when a folder cannot be listed', async () => {
		const folders = picker();
		const [root] = (await folders.list(null)).folders;
		const [films] = (await folders.list(root?.handle ?? '')).folders;
		await rm(join(base, 'root/Films'), { recursive: true });
		await writeFile(join(base, 'root/Films'), 'a file now');
		await assert.rejects(folders.list(films?.handle ?? ''), (error) =>
			isFault(error, 'catalogue.folder.unreadable'),
		);
	});
});
