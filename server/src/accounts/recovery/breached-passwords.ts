/**
 * Which breached passwords begin with five digits of a SHA-1. The password itself is never sent here: a
 * browser asks for everything that begins alike, and looks for its own.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { BreachedPasswordsConfig } from '#platform/config/config.ts';
import { createEgressClient } from '#platform/egress/client.ts';
import { linesWithPrefix } from '#platform/files/sorted-lines.ts';
import type { Logger } from '#platform/log.ts';
import { createCommonPasswords } from './common-passwords.ts';

const answerBytesMax = 256 * 1024;
const askWithinMs = 4_000;
/** Answers of the far list kept, about 40 KB each. */
const keptMax = 64;
const keptForMs = 60 * 60_000;
/** An answer of ours has at least so many lines, so that its size does not tell which it is. */
const linesMin = 24;
const prefixLength = 5;
const suffixLength = 35;

export interface BreachedPasswords {
	/** `SUFFIX:COUNT` lines. A count of 0 is padding. `prefix` is five hex digits. */
	range(prefix: string): Promise<string>;
}

export interface BreachedPasswordsNeeds {
	readonly clock: Clock;
	readonly log: Logger;
	readonly config: BreachedPasswordsConfig;
}

const line = /^[0-9A-F]{35}:\d{1,10}$/u;

/** What somebody else says, reduced to what it may be. */
const onlyLines = (text: string): string[] =>
	text
		.split(/\r?\n/u)
		.map((each) => each.trim().toUpperCase())
		.filter((each) => line.test(each));

const padding = (): string => `${randomBytes(18).toString('hex').slice(0, suffixLength).toUpperCase()}:0`;

const padded = (lines: readonly string[]): string[] => {
	const missing = Math.max(0, linesMin - lines.length);
	return [...lines, ...Array.from({ length: missing }, padding)].sort();
};

const createFarList = ({ clock }: Pick<BreachedPasswordsNeeds, 'clock'>, url: string) => {
	const { origin } = new URL(url);
	const client = createEgressClient(
		{ clock },
		{ hosts: [], namedOrigins: [{ origin, isPrivateAllowed: true }] },
	);
	const kept = new Map<string, { readonly lines: string[]; readonly until: number }>();
	return async (prefix: string): Promise<string[]> => {
		const known = kept.get(prefix);
		if (known && known.until > clock.now()) return known.lines;
		const answer = await client.fetch(`${url}/${prefix}`, {
			headers: { 'add-padding': 'true' },
			contentTypes: ['text/plain'],
			sizeBytesMax: answerBytesMax,
			timeMs: askWithinMs,
		});
		if (answer.status !== 200) throw new Error(`the list answered ${answer.status}`);
		const lines = onlyLines(Buffer.from(answer.body).toString('latin1'));
		kept.delete(prefix);
		kept.set(prefix, { lines, until: clock.now() + keptForMs });
		if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
		return lines;
	};
};

/** The far list where one is named and answers, else the file, else the list that comes with the program. */
export const createBreachedPasswords = (needs: BreachedPasswordsNeeds): BreachedPasswords => {
	const { url, file } = needs.config;
	const far = url === null ? null : createFarList(needs, url);
	const common = createCommonPasswords(needs.clock);
	const local = async (prefix: string): Promise<string[]> => {
		if (file !== null) {
			const lines = await linesWithPrefix(file, prefix, answerBytesMax);
			return onlyLines(lines.map((each) => each.slice(prefixLength)).join('\n'));
		}
		return (await common.withPrefix(prefix)).map((hash) => `${hash.slice(prefixLength)}:1`);
	};
	return {
		range: async (typed) => {
			const prefix = typed.toUpperCase();
			if (far) {
				try {
					return (await far(prefix)).join('\r\n');
				} catch (error) {
					needs.log.warn({ err: error }, 'the list of breached passwords did not answer');
				}
			}
			return padded(await local(prefix)).join('\r\n');
		},
	};
};
