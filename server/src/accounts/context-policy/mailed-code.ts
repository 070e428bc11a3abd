/** Codes by mail: asked for by somebody whose password alone is not enough here, or sent by the policy. */
import type { Transaction } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import { findAccountByName } from '../account-store.ts';
import { countAttempt } from '../attempts.ts';
import { type Authenticated, goOn } from '../authentication.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { AccountTables } from '../tables.ts';
import { consume, moveFlow, peekFlow } from '../token-store.ts';
import { foldUsername } from '../username.ts';

/** Letters in an hour for one name and address. */
const lettersMax = 5;
const hourMs = 60 * 60_000;
const triesMax = 10;

/** The forms in which a code may be typed; the one that it was made in is among them. */
const formsOf = (typed: string): readonly string[] => {
	const bare = typed.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');
	const grouped = bare.match(/.{1,4}/gu)?.join('-') ?? '';
	return [...new Set([grouped, bare, typed.trim()])].filter((form) => form !== '');
};

/** Spends a mailed code of this account: of any number of calls exactly one gets true. */
export const spendMailedCode = async (
	tx: Transaction<AccountTables>,
	of: { readonly accountId: string; readonly code: string; readonly epoch: number },
	now: number,
): Promise<boolean> => {
	for (const flow of formsOf(of.code)) {
		const named = { purpose: 'sign-in-code', flow } as const;
		const open = await peekFlow(tx, named, now);
		if (open?.accountId !== of.accountId || open.accountEpoch !== of.epoch) continue;
		return (await consume(tx, named, now)) !== null;
	}
	return false;
};

/**
 * Under what letters are counted: with the address, so that who does not know it cannot use them up; and by
 * the hour.
 */
const lettersOf = (unknownKey: string, addressIndex: string | null, now: number): string =>
	`sign-in-code:${Math.floor(now / hourMs)}:${hashOf(`${unknownKey} ${addressIndex ?? ''}`)}`;

/**
 * Sends a code where name and address are those of one account, and does the same work where they are not.
 * Nothing is opened for it: the letter goes to the address as it was typed.
 */
export const requestSignInCode = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'outbox'>,
	input: { readonly username: string; readonly email: string },
	client: Pick<ClientFacts, 'address'>,
): Promise<void> => {
	needs.attempts.enter(client.address);
	const name = foldUsername(input.username);
	const [[usernameIndex], [unknownKey]] = await Promise.all([
		needs.keeper.blindIndex('username', [name]),
		needs.keeper.blindIndex('unknown-credential', [name]),
	]);
	const found = await findAccountByName(needs.db.query, usernameIndex!);
	const letter = await needs.outbox.prepare({
		template: 'sign-in-code',
		to: input.email,
		accountId: found?.accountId ?? null,
		language: found?.language ?? null,
		mint: {
			purpose: 'sign-in-code',
			payload: { isAsked: false },
			account: { accountId: found?.accountId ?? unknownKey!, epoch: found?.epoch ?? 1 },
		},
	});
	const isTheirs =
		found?.status === 'active' && found.emailIndex !== null && found.emailIndex === letter.row.addressIndex;
	await needs.db.transaction(async (tx) => {
		const now = needs.clock.now();
		const letters = lettersOf(unknownKey!, letter.row.addressIndex, now);
		const { before } = await countAttempt(tx, letters, now);
		if (before >= lettersMax) return;
		const row = isTheirs ? letter.row : { ...letter.row, state: 'decoy' as const };
		await needs.outbox.add(tx, { ...letter, row });
	});
};

const purpose = 'context-check';

/** Counts a try before the code is looked at. */
const countTry = async (needs: Pick<Context, 'db' | 'clock'>, flow: string) =>
	needs.db.transaction(async (tx) => {
		const now = needs.clock.now();
		const open = await peekFlow(tx, { purpose, flow }, now);
		if (!open || open.payload.tries >= triesMax) throw new Fault('accounts.flow.expired');
		await moveFlow(tx, { purpose, flow }, { ...open.payload, tries: open.payload.tries + 1 }, now);
		return open;
	});

/** @throws accounts.factor.wrong, accounts.flow.expired */
export const showMailedCode = async (
	needs: Context,
	input: { readonly flow: string; readonly code: string },
	client: ClientFacts,
): Promise<Authenticated> => {
	needs.attempts.enter(client.address);
	const { flow, code } = input;
	const open = await countTry(needs, flow);
	const { accountId, payload } = open;
	if (accountId === null) throw new Fault('accounts.flow.expired');
	const epoch = open.accountEpoch ?? 0;
	const proof = { kind: 'session', token: flow, sessionMac: payload.mac } as const;
	const shown = { ...payload.shown, hasShownCode: true };
	return goOn(needs, { accountId, shown, proof, epoch }, client, async ({ tx, now }) => {
		if (!(await consume(tx, { purpose, flow }, now))) throw new Fault('accounts.flow.expired');
		const isRight = await spendMailedCode(tx, { accountId, code, epoch }, now);
		if (!isRight) throw new Fault('accounts.factor.wrong');
	});
};
