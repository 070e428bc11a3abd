/** Showing a passkey: alone, beside a first factor, or to prove once more that it is still me. */
import { Fault } from '#platform/fault.ts';
import { hashOf, newSecret } from '#platform/ids.ts';
import type { PersonProof } from '../../keeper/index.ts';
import { findAccount } from '../account-store.ts';
import { type Authenticated, goOn, type Proven, type Spend } from '../authentication.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { proofOfSession } from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import type { Intent } from '../flows.ts';
import { consume, issueFlow, moveFlow, peekFlow } from '../token-store.ts';
import { findPasskey, listPasskeys, type StoredPasskey, takeCount } from './factor-store.ts';
import { forgetTries, openFactorFlow } from './guesses.ts';
import { presentIds } from './passkey-ids.ts';
import { proofOfFlow, provenWith, spendFlow } from './showing.ts';
import {
	credentialHashOf,
	newChallenge,
	requestOptions,
	requireRelyingParty,
	type ShownPasskey,
	verifyRequest,
} from './web-authn.ts';

interface Started {
	readonly flow: string;
	readonly options: object;
}

const expired = (): never => {
	throw new Fault('accounts.flow.expired');
};

const wrong = (): never => {
	throw new Fault('accounts.factor.wrong');
};

const startAlone = async (needs: Context, client: Pick<ClientFacts, 'address'>): Promise<Started> => {
	const party = requireRelyingParty(needs.publicUrl());
	needs.attempts.enter(client.address);
	const { challenge, challengeHash } = newChallenge();
	const begun = { purpose: 'passkey-sign-in', payload: { challengeHash } } as const;
	const flow = await issueFlow(needs.db.query, begun, needs.clock.now());
	return { flow, options: requestOptions(party, challenge) };
};

/** The flow of the second factor goes on; a challenge that was given out before is void. */
const startAsSecond = async (needs: Context, flow: string): Promise<Started> => {
	const party = requireRelyingParty(needs.publicUrl());
	const open = await openFactorFlow(needs, flow);
	const { accountId } = open;
	const account = await findAccount(needs.db.query, accountId);
	if (!account) return expired();
	const seal = await needs.sealer.open(accountId, account.wrapped, proofOfFlow(open, flow));
	const allowed = presentIds(seal, await listPasskeys(needs.db.query, accountId));
	const { challenge, challengeHash } = newChallenge();
	await setChallenge(needs, flow, challengeHash);
	return { flow, options: requestOptions(party, challenge, allowed) };
};

const setChallenge = (needs: Pick<Context, 'events'>, flow: string, challengeHash: string | null) =>
	needs.events.transaction(async ({ tx, now }) => {
		const purpose = 'second-factor';
		const open = await peekFlow(tx, { purpose, flow }, now);
		if (!open) return expired();
		await moveFlow(tx, { purpose, flow }, { ...open.payload, challengeHash }, now);
		return open.payload.challengeHash;
	});

/** @throws accounts.passkey.impossible, accounts.flow.expired, request.too-many */
export const startPasskeySignIn = (
	needs: Context,
	{ flow }: { readonly flow: string | null },
	client: Pick<ClientFacts, 'address'>,
): Promise<Started> => (flow === null ? startAlone(needs, client) : startAsSecond(needs, flow));

/** The session is what vouches for the flow, so that its end costs no opening of its own. */
export const startPasskeyStepUp = async (needs: Context, actor: Actor): Promise<Started> => {
	const party = requireRelyingParty(needs.publicUrl());
	const { session, seal } = await openOwn(needs, actor);
	const { accountId, sessionId } = actor;
	const allowed = presentIds(seal, await listPasskeys(needs.db.query, accountId));
	if (allowed.length === 0) throw new Fault('accounts.passkey.impossible');
	const { challenge, challengeHash } = newChallenge();
	const secret = newSecret();
	const proof = proofOfSession(session, actor.token);
	const mac = await needs.keeper.wrap.bindSession({ accountId, tokenHash: hashOf(secret), proof });
	const account = { accountId, epoch: session.accountEpoch };
	const payload = { challengeHash, sessionId, mac };
	const begun = { purpose: 'passkey-step-up', payload, account, secret } as const;
	const flow = await issueFlow(needs.db.query, begun, needs.clock.now());
	return { flow, options: requestOptions(party, challenge, allowed) };
};

/** What a flow is for, with its challenge taken: it is good for one answer, right or wrong. */
interface Taken {
	readonly challengeHash: string;
	/** Whose passkey it must be; null for whoever has one. */
	readonly accountId: string | null;
	readonly prove: (passkey: StoredPasskey) => Promise<Proven>;
	readonly spend: Spend;
}

const nothingMore: Spend = async () => undefined;

const shownAlone = (intent: Intent) =>
	({ intent, methods: ['passkey'], credentialId: null, issuerId: null, counted: [] }) as const;

const takeAlone = async (needs: Context, flow: string): Promise<Taken | null> => {
	const now = needs.clock.now();
	const spent = await needs.db.transaction((tx) => consume(tx, { purpose: 'passkey-sign-in', flow }, now));
	if (!spent) return null;
	return {
		challengeHash: spent.payload.challengeHash,
		accountId: null,
		prove: async ({ accountId }) => {
			const account = await findAccount(needs.db.query, accountId);
			// Whoever may not come in looks like somebody whom nobody knows.
			if (account?.status !== 'active') return wrong();
			return { accountId, epoch: account.epoch, proof: null, shown: shownAlone({ kind: 'sign-in' }) };
		},
		spend: nothingMore,
	};
};

const takeStepUp = async (needs: Context, flow: string): Promise<Taken | null> => {
	const now = needs.clock.now();
	const spent = await needs.db.transaction((tx) => consume(tx, { purpose: 'passkey-step-up', flow }, now));
	const { accountId, accountEpoch: epoch } = spent ?? {};
	if (!spent || accountId == null || epoch == null) return null;
	const { sessionId, mac, challengeHash } = spent.payload;
	const proof: PersonProof = { kind: 'session', token: flow, sessionMac: mac };
	const shown = shownAlone({ kind: 'step-up', sessionId });
	return {
		challengeHash,
		accountId,
		prove: async () => ({ accountId, epoch, proof, shown }),
		spend: nothingMore,
	};
};

const takeAsSecond = async (needs: Context, flow: string): Promise<Taken> => {
	const open = await openFactorFlow(needs, flow);
	const challengeHash = await setChallenge(needs, flow, null);
	if (challengeHash === null) return expired();
	return {
		challengeHash,
		accountId: open.accountId,
		prove: async () => provenWith(open, flow, 'passkey'),
		spend: (write) => spendFlow(write, flow),
	};
};

const tellOfFailure = async (
	{ events }: Pick<Context, 'events'>,
	accountId: string,
	reasons: readonly string[],
): Promise<never> => {
	await events.transaction(({ append }) =>
		append({
			kind: 'factor-failed',
			cause: 'factors',
			accountId,
			...(reasons.length > 0 ? { reasons } : {}),
		}),
	);
	return wrong();
};

/** The passkey that was shown, and whose it is; a copy of one is told from it by its counter. */
const check = async (
	needs: Context,
	taken: Taken,
	response: object,
): Promise<{ passkey: StoredPasskey; shown: ShownPasskey }> => {
	const party = requireRelyingParty(needs.publicUrl());
	const found = await findPasskey(needs.db.query, credentialHashOf(response));
	const shown = await verifyRequest(party, taken.challengeHash, response, found).catch((error: unknown) => {
		if (taken.accountId !== null) return tellOfFailure(needs, taken.accountId, []);
		throw error;
	});
	if (!found) return wrong();
	const { accountId } = found;
	if (taken.accountId !== null && taken.accountId !== accountId) return wrong();
	// Alone, it is the authenticator that names the person; else it may leave that out.
	const isTheirs = shown.userHandle === accountId || (shown.userHandle === null && taken.accountId !== null);
	if (!isTheirs) return wrong();
	const isCopy = (shown.counter > 0 || found.counter > 0) && shown.counter <= found.counter;
	if (isCopy) return tellOfFailure(needs, accountId, ['passkey-counter']);
	return { passkey: found, shown };
};

/** What a passkey alone is refused with tells nobody whether an account is behind it. */
const likeAWrongOne = <Result>(work: Promise<Result>): Promise<Result> =>
	work.catch((error: unknown) => {
		if (error instanceof Fault && error.code === 'accounts.credentials.wrong') return wrong();
		throw error;
	});

/** @throws accounts.factor.wrong, accounts.flow.expired */
export const finishPasskeySignIn = async (
	needs: Context,
	{ flow, response }: { readonly flow: string; readonly response: object },
	client: ClientFacts,
): Promise<Authenticated> => {
	const taken =
		(await takeAlone(needs, flow)) ?? (await takeStepUp(needs, flow)) ?? (await takeAsSecond(needs, flow));
	const { passkey, shown } = await check(needs, taken, response);
	const { factorId, accountId } = passkey;
	const proven = await taken.prove(passkey);
	const going = goOn(needs, proven, client, async (write) => {
		await taken.spend(write);
		if (!(await takeCount(write.tx, { factorId, ...shown }, write.now))) wrong();
	});
	const result = await likeAWrongOne(going);
	await forgetTries(needs, accountId);
	return result;
};
