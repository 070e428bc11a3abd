/** Wrong claim codes: ten an hour for a person, and for a network. */
import type { Transaction } from 'kysely';
import { Fault } from '#platform/fault.ts';
import type { AccountTables } from '../tables.ts';

const wrongMax = 10;
const windowMs = 60 * 60_000;
const networksMax = 10_000;

const tooMany = (leftMs: number): Fault =>
	new Fault('request.too-many', { detail: { retryAfterSeconds: Math.ceil(leftMs / 1000) } });

const subjectOf = (accountId: string): string => `claim ${accountId}`;

const read = async (tx: Transaction<AccountTables>, accountId: string, now: number) => {
	const row = await tx
		.selectFrom('attempt')
		.select(['count', 'lastAt'])
		.where('subject', '=', subjectOf(accountId))
		.executeTakeFirst();
	return row && row.lastAt + windowMs > now ? row : { count: 0, lastAt: now };
};

/** @throws request.too-many */
export const assertTriesLeft = async (
	tx: Transaction<AccountTables>,
	accountId: string,
	now: number,
): Promise<void> => {
	const { count, lastAt } = await read(tx, accountId, now);
	if (count >= wrongMax) throw tooMany(lastAt + windowMs - now);
};

/** Never forgotten by a code that was right: whoever has a server of their own could else guess for ever. */
export const countWrong = async (
	tx: Transaction<AccountTables>,
	accountId: string,
	now: number,
): Promise<void> => {
	const count = (await read(tx, accountId, now)).count + 1;
	await tx
		.insertInto('attempt')
		.values({ subject: subjectOf(accountId), count, lastAt: now })
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ count, lastAt: now }))
		.execute();
};

export interface NetworkTries {
	/** @throws request.too-many */
	assertLeft(network: string | null, now: number): void;
	count(network: string | null, now: number): void;
}

/** In memory and bounded; the one seen longest ago goes first. */
export const createNetworkTries = (max = wrongMax): NetworkTries => {
	const networks = new Map<string, { count: number; since: number }>();
	const find = (network: string, now: number) => {
		const known = networks.get(network);
		return known && known.since + windowMs > now ? known : { count: 0, since: now };
	};
	return {
		assertLeft: (network, now) => {
			if (network === null) return;
			const { count, since } = find(network, now);
			if (count >= max) throw tooMany(since + windowMs - now);
		},
		count: (network, now) => {
			if (network === null) return;
			const known = find(network, now);
			networks.delete(network);
			networks.set(network, { ...known, count: known.count + 1 });
			if (networks.size > networksMax) networks.delete(networks.keys().next().value!);
		},
	};
};
