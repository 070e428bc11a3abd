/** Adding an authenticator app: its secret is shown once, and stays once a code of it was right. */
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { Sealed } from '#platform/db/types.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { openPerson } from '../people.ts';
import type { SignedIn } from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import { consume, issueFlow, moveFlow, peekFlow } from '../token-store.ts';
import { factorsMax, insertTotp, listTotps } from './factor-store.ts';
import { prepareRaise, requireFresh, settleLevel, storeRaised } from './fresh.ts';
import { checkTotp, newTotpSecret, otpauthUrlOf } from './totp.ts';

const purpose = 'totp-enrolment';
/** Whoever enrols holds the secret: this is against loops, not against guessing. */
const triesMax = 10;

const issuerOf = (publicUrl: string | null): string => {
	const host = publicUrl === null ? null : URL.parse(publicUrl)?.hostname;
	return host ? `Holdfast (${host})` : 'Holdfast';
};

const expired = (): never => {
	throw new Fault('accounts.flow.expired');
};

/** The secret leaves in this answer only; what is kept of it is sealed. */
export const startTotp = async (
	needs: Context,
	actor: Actor,
): Promise<{ flow: string; otpauthUrl: string; secret: string }> => {
	const { session, seal } = await openOwn(needs, actor);
	const secret = newTotpSecret();
	const { username } = openPerson(seal, session);
	const sealedSecret = Buffer.from(seal.seal('totp', 'secret', secret)).toString('base64url');
	const flow = await needs.events.transaction(async (write) => {
		const { accountId, accountEpoch } = await requireFresh(write, actor);
		const account = { accountId, epoch: accountEpoch };
		return issueFlow(write.tx, { purpose, payload: { sealedSecret, tries: 0 }, account }, write.now);
	});
	return {
		flow,
		secret,
		otpauthUrl: otpauthUrlOf(secret, { issuer: issuerOf(needs.publicUrl()), username }),
	};
};

export interface FinishTotp {
	readonly flow: string;
	readonly code: string;
	readonly label: string;
}

/** One of the flow's tries is taken before the code is looked at. */
const takeTry = (needs: Pick<Context, 'events'>, { accountId }: Actor, flow: string) =>
	needs.events.transaction(async ({ tx, now }) => {
		const open = await peekFlow(tx, { purpose, flow }, now);
		if (open?.accountId !== accountId || open.payload.tries >= triesMax) return expired();
		await moveFlow(tx, { purpose, flow }, { ...open.payload, tries: open.payload.tries + 1 }, now);
		return Buffer.from(open.payload.sealedSecret, 'base64url') as Uint8Array as Sealed;
	});

/**
 * Stores the app beside those there are. The code that was shown counts as used.
 *
 * @throws accounts.flow.expired, accounts.factor.wrong, accounts.factor.too-many, access.step-up-needed
 */
export const finishTotp = async (
	needs: Context,
	actor: Actor,
	input: FinishTotp,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<{ factorId: string; signedIn: SignedIn | null }> => {
	const { flow, code } = input;
	const { accountId } = actor;
	const secret = await takeTry(needs, actor, flow);
	const { session, seal } = await openOwn(needs, actor);
	const now = needs.clock.now();
	const step = checkTotp({ secret: seal.open('totp', 'secret', secret), code, lastStep: -1, now });
	if (step === null) throw new Fault('accounts.factor.wrong');
	const factorId = newId(now);
	const label = seal.seal('factor', 'label', input.label.trim().normalize('NFC'));
	const row = { factorId, accountId, kind: 'totp', label, createdAt: now, lastUsedAt: now } as const;
	const raise = await prepareRaise(needs, { session, seal }, { actor, method: 'totp', client });
	const signedIn = await needs.events.transaction(async (write) => {
		const before = await requireFresh(write, actor);
		const spent = await consume(write.tx, { purpose, flow }, write.now);
		if (spent?.accountEpoch !== before.accountEpoch) return expired();
		if ((await listTotps(write.tx, accountId)).length >= factorsMax)
			throw new Fault('accounts.factor.too-many');
		await insertTotp(write.tx, { ...row, secret, lastStep: step });
		await write.append({ kind: 'factor-added', cause: 'factors', accountId });
		await settleLevel(write, accountId);
		return storeRaised(write, raise, before);
	});
	return { factorId, signedIn };
};
