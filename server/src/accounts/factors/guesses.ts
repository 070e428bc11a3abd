/** How often a code may be guessed: counted before it is looked at, for the flow and for the account. */
import { Fault } from '#platform/fault.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { FlowPayloads } from '../flows.ts';
import { consume, type Flow, moveFlow, peekFlow } from '../token-store.ts';

const purpose = 'second-factor';

/** Then the flow is over, and the password is asked for again. */
export const triesPerFlow = 5;
/** Wrong codes in a row of one account, in whatever flows, before it has to wait. */
export const freeInARow = 20;
/** From here on authenticator apps are closed (NIST SP 800-63B-4 3.2.2). */
export const inARowMax = 100;
const firstWaitMs = 60_000;
const waitMaxMs = 24 * 60 * 60_000;
const closedForMs = 30 * 24 * 60 * 60_000;

/**
 * How long after the last code the next may be tried: nothing for the first twenty, then a minute that
 * doubles up to a day. Pure.
 */
export const waitAfter = (wrongInARow: number): number => {
	if (wrongInARow < freeInARow) return 0;
	if (wrongInARow >= inARowMax) return closedForMs;
	return Math.min(waitMaxMs, firstWaitMs * 2 ** (wrongInARow - freeInARow));
};

/** Only somebody who got past the first factor can write here, so nobody else can close it. */
const subjectOf = (accountId: string): string => `factor:${accountId}`;

/**
 * Counts a guess of a short code before it is looked at.
 *
 * @throws request.too-many  and then nothing was counted.
 */
export const countForAccount = async ({ tx, now }: EventTransaction, accountId: string): Promise<void> => {
	const subject = subjectOf(accountId);
	const row = await tx
		.selectFrom('attempt')
		.select(['count', 'lastAt'])
		.where('subject', '=', subject)
		.executeTakeFirst();
	const leftMs = row ? row.lastAt + waitAfter(row.count) - now : 0;
	if (leftMs > 0)
		throw new Fault('request.too-many', { detail: { retryAfterSeconds: Math.ceil(leftMs / 1000) } });
	const count = (row?.count ?? 0) + 1;
	await tx
		.insertInto('attempt')
		.values({ subject, count, lastAt: now })
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ count, lastAt: now }))
		.execute();
};

/** A flow whose person is known: that somebody showed a first factor is what makes one. */
export type FactorFlow = Flow<'second-factor'> & {
	readonly accountId: string;
	readonly accountEpoch: number;
};

const known = (open: Flow<'second-factor'> | null): FactorFlow => {
	const { accountId, accountEpoch } = open ?? {};
	if (!open || accountId == null || accountEpoch == null) throw new Fault('accounts.flow.expired');
	return { ...open, accountId, accountEpoch };
};

/** @throws accounts.flow.expired */
export const openFactorFlow = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	flow: string,
): Promise<FactorFlow> => known(await peekFlow(db.query, { purpose, flow }, clock.now()));

/**
 * Takes one of the flow's tries, and one of the account's where the code is short enough to guess.
 *
 * @throws accounts.flow.expired, request.too-many  the latter for the account, and then nothing was counted.
 */
export const takeTry = (
	{ events }: Pick<Context, 'events'>,
	{ flow, isShort }: { readonly flow: string; readonly isShort: boolean },
): Promise<FactorFlow> =>
	events.transaction(async (write) => {
		const { tx, now } = write;
		const open = known(await peekFlow(tx, { purpose, flow }, now));
		if (open.payload.tries >= triesPerFlow) throw new Fault('accounts.flow.expired');
		if (isShort) await countForAccount(write, open.accountId);
		const payload: FlowPayloads['second-factor'] = { ...open.payload, tries: open.payload.tries + 1 };
		if (!(await moveFlow(tx, { purpose, flow }, payload, now))) throw new Fault('accounts.flow.expired');
		return { ...open, payload };
	});

/** A wrong code: the person hears of it, and the last try ends the flow. */
export const failTry = async (
	{ events }: Pick<Context, 'events'>,
	{ accountId, payload }: FactorFlow,
	flow: string,
): Promise<never> => {
	await events.transaction(async ({ tx, now, append }) => {
		if (payload.tries >= triesPerFlow) await consume(tx, { purpose, flow }, now);
		await append({ kind: 'factor-failed', cause: payload.shown.intent.kind, accountId });
	});
	throw new Fault('accounts.factor.wrong');
};

/** The person has shown a factor: what was guessed before is forgotten. */
export const forgetTries = async (
	{ db, log }: Pick<Context, 'db' | 'log'>,
	accountId: string,
): Promise<void> => {
	const forgetting = db.transaction((tx) =>
		tx.deleteFrom('attempt').where('subject', '=', subjectOf(accountId)).execute(),
	);
	await forgetting.catch((error: unknown) => log.warn({ err: error }, 'guesses are still counted'));
};
