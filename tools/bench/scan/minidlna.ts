/**
 * The yardstick of scanning: minidlna over the same folders, from an empty database to its own "finished".
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, cpuSecondsOf } from '../process-costs.ts';
import { endChild, freePort, needProgram } from '../programs.ts';

const scanMaxMs = 150_000;
const pollMs = 20;
/** Said when folders and playlists are done. */
const lastWords = 'Finished parsing playlists';

export interface ScanMeasured {
	readonly files: number;
	readonly elapsedMs: number;
	readonly cpuSeconds: number;
}

const configOf = (folder: string, media: string, port: number): string =>
	[
		`port=${port}`,
		'network_interface=lo',
		`media_dir=V,${join(media, 'Films')}`,
		`media_dir=V,${join(media, 'Series')}`,
		`media_dir=A,${join(media, 'Music')}`,
		`db_dir=${folder}`,
		`log_dir=${folder}`,
		'inotify=no',
		'friendly_name=yardstick',
		'',
	].join('\n');

const filesIn = (folder: string): number => {
	const database = new DatabaseSync(join(folder, 'files.db'), { readOnly: true });
	try {
		const row = database.prepare('select count(*) as files from DETAILS where MIME is not null').get();
		return Number(row?.['files'] ?? 0);
	} finally {
		database.close();
	}
};

/** Its scanner is a child that steps back for others; here it competes as an equal. */
const asEqual = async (pid: number): Promise<void> => {
	for (const child of await childrenOf(pid)) {
		try {
			setPriority(child, 0);
		} catch {
			// Only root may take the step back.
		}
	}
};

/** Scans `media` as made by `multiply`; `folder` is its own and goes with it. */
export const scanWithMinidlna = async (folder: string, media: string): Promise<ScanMeasured> => {
	const program = await needProgram('minidlnad', 'minidlna');
	await mkdir(folder, { recursive: true });
	const config = join(folder, 'minidlna.conf');
	await writeFile(config, configOf(folder, media, await freePort()));
	const startedMs = performance.now();
	const args = ['-S', '-f', config, '-R', '-P', join(folder, 'pid')];
	const child = spawn(program, args, { stdio: 'ignore' });
	const pid = child.pid ?? 0;
	const log = join(folder, 'minidlna.log');
	let isEqual = false;
	try {
		while (!(existsSync(log) && readFileSync(log, 'utf8').includes(lastWords))) {
			if (child.exitCode !== null) throw new Error(`minidlna ended with ${child.exitCode}`);
			if (performance.now() - startedMs > scanMaxMs)
				throw new Error('minidlna did not finish its scan in time');
			if (!isEqual && (await childrenOf(pid)).length > 0) {
				await asEqual(pid);
				isEqual = true;
			}
			await delay(pollMs);
		}
		const elapsedMs = performance.now() - startedMs;
		return { files: filesIn(folder), elapsedMs, cpuSeconds: await cpuSecondsOf(pid) };
	} finally {
		const scanners = await childrenOf(pid);
		await endChild(child);
		for (const scanner of scanners) {
			try {
				process.kill(scanner, 'SIGKILL');
			} catch {
				// Ended with its parent.
			}
		}
		await rm(folder, { recursive: true, force: true });
	}
};
