/** A new generation of OPAQUE keys on a machine whose server is stopped. */
import { ready } from '@serenity-kit/opaque';
import { KeysUnusable, readKeyFile, syncFolder, writeKeyFile } from './key-file.ts';
import { writeSealedKeys } from './recovery-kit.ts';
import { presentSetUp, withNewSetUp } from './set-ups.ts';

/**
 * Adds a set-up that everybody moves to at their next sign-in; the ones before stay as long as somebody is
 * under them. Run while no keeper runs. Returns the new set-up's id.
 *
 * @throws KeysUnusable  where there are no keys yet, or they cannot be read or written.
 */
export const renewSetUp = async (input: {
	readonly keysFolder: string;
	readonly sealedCopyFolder: string;
	readonly nowMs: number;
}): Promise<string> => {
	await ready;
	const keys = readKeyFile(input.keysFolder);
	if (!keys) throw new KeysUnusable(`There are no keys in ${input.keysFolder} yet. Start the server once.`);
	const renewed = withNewSetUp(keys, input.nowMs);
	writeKeyFile(input.keysFolder, renewed);
	writeSealedKeys(input.sealedCopyFolder, renewed);
	syncFolder(input.keysFolder);
	if (renewed.kit) syncFolder(input.sealedCopyFolder);
	return presentSetUp(renewed).id;
};
