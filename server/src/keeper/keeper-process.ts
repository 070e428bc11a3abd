/**
 * The keeper's own process. Started by `launch.ts` with two folders and a channel, and by nobody else; ends
 * with the channel, so that no keeper outlives its server, however that ends.
 */
import { ready } from '@serenity-kit/opaque';
import { systemClock } from '../platform/clock.ts';
import { createAnswerer } from './answer.ts';
import { describeConfinement } from './confinement.ts';
import { KeysUnusable, readKeyFile, writeKeyFile } from './key-file.ts';
import { newKeeperKeys, type KeeperKeys } from './keys.ts';
import type { FromKeeper } from './messages.ts';
import { hasSealedKeys, writeSealedKeys } from './recovery-kit.ts';
import { makeSetUp } from './set-ups.ts';

const unusableExitCode = 78;

const say = (message: FromKeeper, then?: () => void): void => {
	process.send?.(message, undefined, {}, () => then?.());
};

const saveKeysIn =
	(keysFolder: string, sealedCopyFolder: string) =>
	(keys: KeeperKeys): void => {
		writeKeyFile(keysFolder, keys);
		writeSealedKeys(sealedCopyFolder, keys);
	};

/**
 * Keys are made once, on a machine that has none; where a sealed copy says that there were some, nothing is
 * made.
 */
const openKeys = (keysFolder: string, sealedCopyFolder: string): KeeperKeys => {
	const present = readKeyFile(keysFolder);
	if (present) {
		// Begun and not finished, or lost since: the copy must never be older than the keys.
		writeSealedKeys(sealedCopyFolder, present);
		return present;
	}
	if (hasSealedKeys(sealedCopyFolder)) {
		throw new KeysUnusable(
			`The keeper's keys are missing from ${keysFolder}, but a sealed copy lies in ${sealedCopyFolder}. ` +
				'Restore them from your recovery kit (holdfast keys restore), or move the copy away to begin anew.',
		);
	}
	const nowMs = systemClock.now();
	const keys = newKeeperKeys(makeSetUp(nowMs), nowMs);
	writeKeyFile(keysFolder, keys);
	return keys;
};

const serve = async (keysFolder: string, sealedCopyFolder: string): Promise<void> => {
	await ready;
	const keys = openKeys(keysFolder, sealedCopyFolder);
	const confinement = await describeConfinement();
	const saveKeys = saveKeysIn(keysFolder, sealedCopyFolder);
	const answer = createAnswerer({ clock: systemClock, keys, saveKeys, confinement });
	process.on('message', (message) => say({ answers: answer(message) }));
	say({ ready: true });
};

const giveUp = (error: unknown): void => {
	const reason = error instanceof KeysUnusable ? error.message : 'The keeper failed to start.';
	say({ fatal: reason }, () => process.exit(unusableExitCode));
};

// Ctrl-C reaches the whole group; the server drains first and closes the channel last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));

const [keysFolder, sealedCopyFolder] = process.argv.slice(2);
if (process.send && keysFolder && sealedCopyFolder) serve(keysFolder, sealedCopyFolder).catch(giveUp);
else process.exitCode = unusableExitCode;
