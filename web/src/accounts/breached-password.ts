/**
 * Whether a password is known to be stolen. Its SHA-1 is made here and only the first five of forty hex
 * digits are sent; the server's answer lists what begins with them.
 */
import { getPasswordRange } from '@holdfast/contract/recovery';
import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { callForText } from '../api/client.ts';

/** `unchecked`: the list could not be reached, and nothing is known. */
export type BreachVerdict = 'stolen' | 'not-found' | 'unchecked';

const prefixLength = 5;
const patienceMs = 6_000;
const keptMax = 32;

/** Lines are `SUFFIX:COUNT`; a count of zero is padding, so that an answer's size tells nothing. */
export const isInRange = (suffix: string, range: string): boolean =>
	range.split(/\r?\n/).some((line) => {
		const [found, count] = line.split(':');
		return found?.toUpperCase() === suffix && Number(count) > 0;
	});

type AskRange = (prefix: string) => Promise<string>;

const askServer: AskRange = (prefix) =>
	callForText(getPasswordRange, { params: { prefix } }, { signal: AbortSignal.timeout(patienceMs) });

const verdicts = new Map<string, Promise<BreachVerdict>>();

const ask = async (hash: string, askRange: AskRange): Promise<BreachVerdict> => {
	try {
		const range = await askRange(hash.slice(0, prefixLength));
		return isInRange(hash.slice(prefixLength), range) ? 'stolen' : 'not-found';
	} catch {
		verdicts.delete(hash);
		return 'unchecked';
	}
};

/** Asks once for each password; an answer that did not come is asked for again. */
export const checkBreached = (password: string, askRange: AskRange = askServer): Promise<BreachVerdict> => {
	const hash = bytesToHex(sha1(utf8ToBytes(password))).toUpperCase();
	const known = verdicts.get(hash);
	if (known) return known;
	if (verdicts.size >= keptMax) verdicts.clear();
	const asked = ask(hash, askRange);
	verdicts.set(hash, asked);
	return asked;
};
