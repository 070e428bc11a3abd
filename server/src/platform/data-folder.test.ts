/** The data folder is made, refused and held as it says; a killed holder gives it back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { dataFolderExitCodes, isDataFolderInUse, keysFolderDefault, openDataFolder } from './data-folder.ts';
import { StartFault } from './fault.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keysFolder = join(folder, 'keys');

const refusedWith = (exitCode: number, text: RegExp) => (error: unknown) => {
	assert.ok(error instanceof StartFault, String(error));
	assert.equal(error.exitCode, exitCode);
	assert.match(error.message, text);
	assert.ok(!error.message.includes('\n'));
	return true;
};

describe('the data folder', () => {
	it('is made for its owner only, held, and given back', async () => {
		const path = join(folder, 'deep', 'data');
		{
			await using data = await openDataFolder({ path, keysFolder });
			assert.equal(data.path, path);
			assert.equal(statSync(path).mode & 0o777, 0o700);
			assert.equal(await isDataFolderInUse(path), true);
			const again = openDataFolder({ path, keysFolder });
			await assert.rejects(
				again,
				refusedWith(dataFolderExitCodes.inUse, new RegExp(`process ${process.pid}`)),
			);
		}
		assert.equal(await isDataFolderInUse(path), false);
		assert.deepEqual(readdirSync(path), ['holdfast.lock']);
		await using again = await openDataFolder({ path, keysFolder });
		assert.equal(again.path, path);
	});

	it('is named with the process that holds it, and free at once when that is killed', async () => {
		const path = join(folder, 'killed');
		const script = `import { openDataFolder } from ${JSON.stringify(import.meta.resolve('./data-folder.ts'))};
			await openDataFolder(${JSON.stringify({ path, keysFolder })});
			process.stdout.write('held'); setInterval(() => {}, 1000);`;
		const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		await once(holder.stdout, 'data');
		const while_ = openDataFolder({ path, keysFolder });
		await assert.rejects(
			while_,
			refusedWith(dataFolderExitCodes.inUse, new RegExp(`process ${holder.pid}\\)`)),
		);
		holder.kill('SIGKILL');
		await once(holder, 'exit');
		await using data = await openDataFolder({ path, keysFolder });
		assert.equal(data.path, path);
	});

	it('never holds the keys, not even by a link or a folder that is not there yet', async () => {
		const path = join(folder, 'with-keys');
		mkdirSync(path);
		symlinkSync(path, join(folder, 'way-round'));
		for (const inside of [
			path,
			join(path, 'keys'),
			join(folder, 'way-round', 'a', 'keys'),
			join(path, '..', 'with-keys', 'k'),
		]) {
			await assert.rejects(
				openDataFolder({ path, keysFolder: inside }),
				refusedWith(dataFolderExitCodes.unusable, /HOLDFAST_KEYS_DIR/),
			);
		}
		assert.deepEqual(readdirSync(path), []);
		await using data = await openDataFolder({ path, keysFolder: join(folder, 'with-keys-beside') });
		assert.equal(data.path, path);
	});

	it('is refused in one line where it cannot be written', async () => {
		const file = join(folder, 'file');
		writeFileSync(file, 'mine');
		for (const path of [file, join(file, 'data'), '/proc/holdfast-data']) {
			await assert.rejects(
				openDataFolder({ path, keysFolder }),
				refusedWith(dataFolderExitCodes.unusable, /cannot be written .*HOLDFAST_DATA_DIR/),
			);
		}
		assert.equal(existsSync('/proc/holdfast-data'), false);
	});
});

describe('the default keys folder', () => {
	it("is the platform's private state folder", () => {
		const on = (platform: NodeJS.Platform, env: Record<string, string>) =>
			keysFolderDefault({ platform, env });
		assert.equal(on('linux', { HOME: '/home/ada' }), '/home/ada/.local/state/holdfast/keys');
		assert.equal(on('linux', { HOME: '/home/ada', XDG_STATE_HOME: '/state' }), '/state/holdfast/keys');
		assert.equal(
			on('linux', { HOME: '/home/ada', XDG_STATE_HOME: 'not/absolute' }),
			'/home/ada/.local/state/holdfast/keys',
		);
		assert.equal(on('linux', { HOME: '/nonexistent' }), '/var/lib/holdfast-keys');
		assert.equal(on('linux', {}), '/var/lib/holdfast-keys');
		assert.equal(
			on('darwin', { HOME: '/Users/ada' }),
			'/Users/ada/Library/Application Support/Holdfast/keys',
		);
	});
});
