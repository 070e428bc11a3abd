/** One at a time: two starts beside each other must not install or build into the same folder. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, giveUp, say } from './paths.mjs';

const pollMs = 200;
const waitMaxMs = 15 * 60_000;

const isAlive = (pid) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
};

/** Who holds the lock: a process id, 0 where it cannot be told yet, null where nobody does any more. */
const holderOf = (file) => {
	try {
		return Number(readFileSync(file, 'utf8')) || 0;
	} catch {
		return null;
	}
};

const tryTake = (file) => {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code === 'EEXIST') return false;
		return giveUp(
			`cannot write ${file} (${error.code}): give this account the folder, or install as its owner.`,
		);
	}
};

/** Runs `work` while no other process of this checkout does. A holder that died is forgotten. */
export const alone = async (work) => {
	try {
		mkdirSync(cacheFolder, { recursive: true });
	} catch (error) {
		giveUp(`cannot make ${cacheFolder} (${error.code}): give this account the folder.`);
	}
	const file = join(cacheFolder, 'setup.lock');
	const deadlineMs = Date.now() + waitMaxMs;
	let hasTold = false;
	while (!tryTake(file)) {
		const holder = holderOf(file);
		if (holder !== null && holder > 0 && !isAlive(holder)) {
			rmSync(file, { force: true });
			continue;
		}
		if (!hasTold) say('another start is setting things up; waiting for it.');
		hasTold = true;
		if (Date.now() > deadlineMs) giveUp(`${file} has been held for too long; remove it and try again.`);
		await new Promise((resolve) => setTimeout(resolve, pollMs));
	}
	const release = () => rmSync(file, { force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		process.removeListener('exit', release);
		release();
	}
};
