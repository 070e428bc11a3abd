/** Adding a passkey. */
import { toJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf, newId } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { openPerson } from '../people.ts';
import type { SignedIn } from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import { consume, issueFlow } from '../token-store.ts';
import { factorsMax, findPasskey, insertPasskey, listPasskeys, type StoredPasskey } from './factor-store.ts';
import { prepareRaise, requireFresh, settleLevel, storeRaised } from './fresh.ts';
import { presentIds } from './passkey-ids.ts';
import { creationOptions, newChallenge, requireRelyingParty, verifyCreation } from './web-authn.ts';

const purpose = 'passkey-enrolment';

/** @throws accounts.passkey.impossible, access.step-up-needed */
export const startPasskey = async (
	needs: Context,
	actor: Actor,
): Promise<{ flow: string; options: object }> => {
	const party = requireRelyingParty(needs.publicUrl());
	const { session, seal } = await openOwn(needs, actor);
	const { username, displayName, accountId } = openPerson(seal, session);
	const present = presentIds(seal, await listPasskeys(needs.db.query, accountId));
	const { challenge, challengeHash } = newChallenge();
	const flow = await needs.events.transaction(async (write) => {
		const { accountEpoch } = await requireFresh(write, actor);
		const account = { accountId, epoch: accountEpoch };
		return issueFlow(write.tx, { purpose, payload: { challengeHash }, account }, write.now);
	});
	return { flow, options: creationOptions(party, { challenge, accountId, username, displayName, present }) };
};

export interface FinishPasskey {
	readonly flow: string;
	readonly label: string;
	readonly response: object;
}

/** The challenge is good for one answer, right or wrong. */
const spendChallenge = (needs: Pick<Context, 'events'>, { accountId }: Actor, flow: string) =>
	needs.events.transaction(async ({ tx, now }) => {
		const spent = await consume(tx, { purpose, flow }, now);
		if (spent?.accountId !== accountId) throw new Fault('accounts.flow.expired');
		return { challengeHash: spent.payload.challengeHash, epoch: spent.accountEpoch };
	});

const rowOf = async (
	needs: Context,
	{ accountId, seal, challengeHash }: { accountId: string; seal: AccountSeal; challengeHash: string },
	input: FinishPasskey,
): Promise<StoredPasskey> => {
	const party = requireRelyingParty(needs.publicUrl());
	const { credentialId, transports, ...made } = await verifyCreation(party, challengeHash, input.response);
	const now = needs.clock.now();
	return {
		...made,
		factorId: newId(now),
		accountId,
		kind: 'passkey',
		label: seal.seal('factor', 'label', input.label.trim().normalize('NFC')),
		createdAt: now,
		lastUsedAt: now,
		credentialHash: hashOf(credentialId),
		credentialId: seal.seal('passkey', 'credentialId', credentialId),
		transports: toJson(transports),
	};
};

const store = async (write: EventTransaction, row: StoredPasskey): Promise<void> => {
	const { tx, append } = write;
	const { accountId } = row;
	if ((await listPasskeys(tx, accountId)).length >= factorsMax) throw new Fault('accounts.factor.too-many');
	// An id that is somebody's already was not made by an authenticator just now.
	if (await findPasskey(tx, row.credentialHash)) throw new Fault('accounts.factor.wrong');
	await insertPasskey(tx, row);
	await append({ kind: 'factor-added', cause: 'factors', accountId });
	await settleLevel(write, accountId);
};

/** @throws accounts.flow.expired, accounts.factor.wrong, accounts.factor.too-many, access.step-up-needed */
export const finishPasskey = async (
	needs: Context,
	actor: Actor,
	input: FinishPasskey,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<{ factorId: string; signedIn: SignedIn | null }> => {
	const { challengeHash, epoch } = await spendChallenge(needs, actor, input.flow);
	const { session, seal } = await openOwn(needs, actor);
	const row = await rowOf(needs, { accountId: actor.accountId, seal, challengeHash }, input);
	const raise = await prepareRaise(needs, { session, seal }, { actor, method: 'passkey', client });
	const signedIn = await needs.events.transaction(async (write) => {
		const before = await requireFresh(write, actor);
		if (before.accountEpoch !== epoch) throw new Fault('accounts.flow.expired');
		await store(write, row);
		return storeRaised(write, raise, before);
	});
	return { factorId: row.factorId, signedIn };
};
