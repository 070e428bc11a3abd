/**
 * What every proof of a person leads to, at sign-in and at step-up alike: a session, or the question for a
 * second factor. A step knows only what it is handed; that a factor was shown is never noted elsewhere.
 */
import type { Factor } from '@holdfast/contract/accounts';
import { hashOf, newSecret } from '#platform/ids.ts';
import type { AccountSeal } from '../keeper/index.ts';
import { findAccount, type StoredAccount } from './account-store.ts';
import type { ClientFacts, Context } from './context.ts';
import { askForCode } from './context-policy/ask-for-code.ts';
import { weigh } from './context-policy/weigh.ts';
import { prepareDevice, storeDevice } from './devices/recognise.ts';
import type { EventTransaction } from './event-log.ts';
import { factorsOf } from './factors/factor-store.ts';
import type { Shown } from './flows.ts';
import { levelOf } from './methods.ts';
import { type Authenticated, type Proven, recheck, refuse, type Spend } from './proven.ts';
import { endReplaced, prepareSession, presentSigned, type NewSession } from './session-making.ts';
import { deleteOwnSession, insertSession } from './session-store.ts';
import type { SessionRow } from './tables.ts';
import { issueFlow } from './token-store.ts';

export type { Authenticated, Proven, Spend } from './proven.ts';

/** The flow's own token is bound to the account, so that the next step can open what belongs to it. */
const askForFactor = async (
	needs: Context,
	proven: Proven,
	factors: readonly Factor[],
	spend: Spend,
): Promise<Authenticated> => {
	const { accountId, shown, proof, epoch } = proven;
	const secret = newSecret();
	const mac = await needs.keeper.wrap.bindSession({ accountId, tokenHash: hashOf(secret), proof });
	const flow = {
		purpose: 'second-factor',
		payload: { shown, mac, tries: 0, challengeHash: null },
		account: { accountId, epoch },
		secret,
	} as const;
	await needs.events.transaction(async (write) => {
		await spend(write);
		await recheck(write, proven);
		await issueFlow(write.tx, flow, write.now);
	});
	return { state: 'factor-needed', flow: secret, factors };
};

/** What a sign-in is stored with beside its session: the device, and why it was looked at twice. */
interface PreparedSignIn {
	readonly device: Parameters<typeof storeDevice>[1];
	readonly row: Parameters<typeof storeDevice>[2];
	readonly reasons: readonly string[];
}

const storeSession = async (
	write: EventTransaction,
	proven: Proven,
	session: NewSession,
	client: ClientFacts,
	signIn: PreparedSignIn | null,
): Promise<SessionRow> => {
	const { tx, append } = write;
	const { accountId, shown } = proven;
	const { highestLevel, deviceEpoch, deviceId, epochs, ...madeUnder } = await recheck(write, proven);
	// A factor that was added while this one was on its way is asked for too.
	if (session.row.level < highestLevel) return refuse();
	const onDevice = { ...session.row, deviceId: signIn?.device.deviceId ?? deviceId };
	const made = await insertSession(tx, onDevice, madeUnder, epochs);
	const { sessionId } = made;
	if (shown.intent.kind === 'step-up') {
		const own = { accountId, sessionId: shown.intent.sessionId };
		await deleteOwnSession(tx, own);
		await append({ kind: 'session-ended', cause: 'step-up', ...own });
		await append({ kind: 'stepped-up', cause: 'step-up', accountId, sessionId });
	} else {
		const reasons = signIn?.reasons ?? [];
		const why = reasons.length > 0 ? { reasons } : {};
		await append({ kind: 'signed-in', cause: 'sign-in', accountId, sessionId, ...why });
		if (signIn) await storeDevice(write, signIn.device, signIn.row, { session: made, deviceEpoch });
		await endReplaced(write, client.token, 'sign-in');
	}
	return made;
};

const openAccount = async (
	needs: Context,
	{ accountId, proof }: Proven,
): Promise<{ readonly account: StoredAccount; readonly seal: AccountSeal }> => {
	const account = await findAccount(needs.db.query, accountId);
	if (!account) return refuse();
	return { account, seal: await needs.sealer.open(accountId, account.wrapped, proof) };
};

/** The second factors that this account can show; none where level 2 is reached already. */
const stillNeeded = async (needs: Context, { accountId, shown }: Proven): Promise<readonly Factor[]> => {
	if (levelOf(shown.methods) === 2) return [];
	return factorsOf(needs.db.query, accountId);
};

/** A provider may have seen the person long ago: its word alone is as fresh as it says, and no fresher. */
const authenticatedAtOf = ({ methods, provenAt }: Shown): { readonly authenticatedAt?: number } =>
	provenAt !== undefined && methods.every((method) => method === 'single-sign-on')
		? { authenticatedAt: provenAt }
		: {};

/**
 * Goes on from a proof that was found right. Everything that must hold is looked at again in the transaction
 * that spends the flow.
 *
 * @throws accounts.credentials.wrong  where the account changed meanwhile or is not active.
 */
export const goOn = async (
	needs: Context,
	proven: Proven,
	client: ClientFacts,
	spend: Spend,
): Promise<Authenticated> => {
	const factors = await stillNeeded(needs, proven);
	if (factors.length > 0) return askForFactor(needs, proven, factors, spend);
	const opened = await openAccount(needs, proven);
	const { account, seal } = opened;
	const { accountId, proof, shown } = proven;
	const weighed = shown.intent.kind === 'sign-in' ? await weigh(needs, opened, shown, client) : null;
	if (weighed?.action === 'ask') return askForCode(needs, opened, { proven, spend, ...weighed });
	const session = await prepareSession(needs, {
		accountId,
		seal,
		proof,
		client,
		methods: shown.methods,
		issuerId: shown.issuerId,
		issuerSessionIndex: shown.issuerSessionIndex ?? null,
		...authenticatedAtOf(shown),
	});
	const signIn = weighed && {
		...weighed,
		row: await prepareDevice(needs, weighed.device, {
			...{ seal, proof, session: session.row, userAgent: client.userAgent },
			key: shown.deviceKey ?? null,
		}),
	};
	const row = await needs.events.transaction(async (write) => {
		await spend(write);
		return storeSession(write, proven, session, client, signIn);
	});
	for (const counted of shown.counted) await needs.attempts.forget(counted);
	const isKeyBound = (shown.deviceKey ?? null) !== null;
	const signed = presentSigned(seal, account, row, { isKeyBound, place: weighed?.place ?? null });
	return {
		state: 'signed-in',
		token: session.token,
		deviceToken: weighed?.device.token ?? null,
		signed,
	};
};
