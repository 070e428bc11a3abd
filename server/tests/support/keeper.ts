/** A real keeper in a temporary folder, and what tests need to know of its process. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Keeper, startKeeper } from '../../src/keeper/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';

export interface TestKeeper extends AsyncDisposable {
	readonly keeper: Keeper;
	readonly keysFolder: string;
	readonly sealedCopyFolder: string;
	readonly dataFolder: string;
	/** Process ids of the keepers that were started in these folders and still live (Linux). */
	processIds(): number[];
}

/** Ids of living processes with `words` in their command line. */
export const processIdsWith = (words: string): number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((name) => {
			try {
				const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'utf8'));
				return !isZombie && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(words);
			} catch {
				return false;
			}
		})
		.map(Number);

/** Starts a keeper and waits until it is ready. Disposal ends it and removes the folders. */
export const openTestKeeper = async (): Promise<TestKeeper> => {
	const folder = mkdtempSync(join(tmpdir(), 'holdfast-keeper-'));
	const folders = {
		keysFolder: join(folder, 'keys'),
		sealedCopyFolder: join(folder, 'sealed'),
		dataFolder: join(folder, 'data'),
	};
	const keeper = startKeeper({ log: silentLog, clock: systemClock, ...folders });
	await keeper.ready();
	return {
		keeper,
		...folders,
		processIds: () => processIdsWith(folders.keysFolder),
		[Symbol.asyncDispose]: async () => {
			await keeper[Symbol.asyncDispose]();
			rmSync(folder, { recursive: true, force: true });
		},
	};
};
