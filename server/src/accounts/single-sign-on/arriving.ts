/** The last step: what the provider vouched for becomes a session, a fresher session, or a link. */
import { Fault, isFault } from '#platform/fault.ts';
import { hashOf, newId } from '#platform/ids.ts';
import { toFlag } from '#platform/db/types.ts';
import { findAccount } from '../account-store.ts';
import { type Authenticated, goOn, type Proven } from '../authentication.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { factorsOf } from '../factors/factor-store.ts';
import { openOwn } from '../sessions.ts';
import { findOwnSession, findSessionByToken, freshForMs } from '../session-store.ts';
import type { Vouched } from './id-token.ts';
import { finishJoinWithProvider } from './joining-with-provider.ts';
import { findLinkBySubject, findLinkOf, issuerOrFault, linkStateOf, replaceLink } from './link-store.ts';
import { type Back, peekStep, spendBack } from './provider-flow.ts';
import type { IssuerLinkRow } from './sso-tables.ts';
import { sessionIndexOf, subjectIndexOf } from './subject.ts';

export interface Arrived {
	readonly purpose: Back['purpose']['kind'];
	readonly authentication: Authenticated | null;
	readonly provesFreshness: boolean | null;
}

/** A flow that came back with something good. */
interface Landed {
	readonly flow: string;
	readonly step: Back;
	readonly vouched: Vouched;
	readonly epoch: number | null;
	readonly subjectIndex: string;
	readonly issuerSessionIndex: string | null;
}

/** Spends the flow and says why nothing came of it. */
const giveUp = async (needs: Pick<Context, 'events'>, flow: string, fault: Fault): Promise<never> => {
	await needs.events.transaction((write) => spendBack(write, flow));
	throw fault;
};

const land = async (needs: Context, flow: string | null): Promise<Landed> => {
	const open = flow === null ? null : await peekStep(needs, 'provider-back', flow);
	if (flow === null || !open) throw new Fault('accounts.flow.expired');
	const { step, epoch } = open;
	if (!step.outcome.isGood) return giveUp(needs, flow, new Fault(step.outcome.fault));
	const { vouched } = step.outcome;
	const { issuer } = await issuerOrFault(needs.db.query, step.issuerId);
	return {
		flow,
		step,
		vouched,
		epoch,
		subjectIndex: await subjectIndexOf(needs, issuer, vouched.subject),
		issuerSessionIndex: vouched.sid === null ? null : await sessionIndexOf(needs, issuer, vouched.sid),
	};
};

/** Somebody who is signed out, deactivated or gone meanwhile is told what a stranger is told. */
const asStranger = (error: unknown): unknown =>
	isFault(error, 'accounts.credentials.wrong') ? new Fault('accounts.provider.not-linked') : error;

const goOnWith = async (
	needs: Context,
	{ flow, step, vouched, issuerSessionIndex }: Landed,
	proven: Pick<Proven, 'accountId' | 'epoch' | 'proof'> & { readonly intent: Proven['shown']['intent'] },
	client: ClientFacts,
): Promise<Authenticated> => {
	const { intent, ...person } = proven;
	const shown = {
		intent,
		methods: ['single-sign-on'],
		credentialId: null,
		issuerId: step.issuerId,
		issuerSessionIndex,
		provenAt: vouched.authenticatedAt ?? 0,
		counted: [],
	} as const;
	try {
		return await goOn(needs, { ...person, shown }, client, (write) => spendBack(write, flow));
	} catch (error) {
		throw asStranger(error);
	}
};

const signIn = async (needs: Context, landed: Landed, client: ClientFacts): Promise<Authenticated> => {
	const { flow, step, subjectIndex } = landed;
	const link = await findLinkBySubject(needs.db.query, { issuerId: step.issuerId, subjectIndex });
	const account = link && (await findAccount(needs.db.query, link.accountId));
	if (!account) return giveUp(needs, flow, new Fault('accounts.provider.not-linked'));
	const { accountId, epoch } = account;
	return goOnWith(needs, landed, { accountId, epoch, proof: null, intent: { kind: 'sign-in' } }, client);
};

/** The session that set out, in the browser that set out: anybody else's finishes nothing. */
const actorOf = async (
	needs: Context,
	own: { readonly accountId: string; readonly sessionId: string },
	client: ClientFacts,
): Promise<Actor> => {
	const { token } = client;
	const session =
		token === null ? undefined : await findSessionByToken(needs.db.query, hashOf(token), needs.clock.now());
	const isOwn = session?.sessionId === own.sessionId && session.accountId === own.accountId;
	if (token === null || !isOwn || session.scope !== 'full') throw new Fault('accounts.flow.expired');
	return { ...own, token };
};

const stepUp = async (
	needs: Context,
	landed: Landed,
	own: { readonly accountId: string; readonly sessionId: string },
	client: ClientFacts,
): Promise<Authenticated> => {
	const { flow, step, vouched, subjectIndex } = landed;
	const actor = await actorOf(needs, own, client);
	const { accountId, sessionId } = actor;
	const link = await findLinkBySubject(needs.db.query, { issuerId: step.issuerId, subjectIndex });
	if (link?.accountId !== accountId) return giveUp(needs, flow, new Fault('accounts.provider.not-linked'));
	const isFresh = needs.clock.now() - (vouched.authenticatedAt ?? 0) < freshForMs;
	// Its word counts for little without a time; then a factor of ours has to say it, where there is one.
	if (!isFresh && (await factorsOf(needs.db.query, accountId)).length === 0)
		return giveUp(needs, flow, new Fault('accounts.provider.not-fresh'));
	const intent = { kind: 'step-up', sessionId } as const;
	const epoch = landed.epoch ?? 0;
	return goOnWith(needs, landed, { accountId, epoch, proof: null, intent }, client);
};

/** The session as it is now, and as fresh as it was when the person set out. */
const recheckSession = async (
	{ tx, now }: EventTransaction,
	own: { readonly accountId: string; readonly sessionId: string },
	startedAt: number,
): Promise<void> => {
	const session = await findOwnSession(tx, own, now);
	if (session?.scope !== 'full') throw new Fault('access.sign-in-needed');
	const wasFresh = session.level >= session.highestLevel && startedAt < session.authenticatedAt + freshForMs;
	if (!wasFresh) throw new Fault('access.step-up-needed');
};

const storeLink = async (
	{ tx, now, append }: EventTransaction,
	link: IssuerLinkRow,
	provesFreshness: boolean,
): Promise<void> => {
	const { accountId, issuerId } = link;
	const issuer = await issuerOrFault(tx, issuerId);
	if (issuer.isBlocked === 1) throw new Fault('accounts.provider.blocked');
	const present = await findLinkOf(tx, { accountId, issuerId });
	if (present && linkStateOf(issuer, present) === 'works') throw new Fault('accounts.provider.linked-before');
	const other = await findLinkBySubject(tx, link);
	if (other && other.accountId !== accountId) throw new Fault('accounts.provider.linked-before');
	await replaceLink(tx, { ...link, madeAt: now });
	await tx
		.updateTable('issuer')
		.set({ provesFreshness: toFlag(provesFreshness) })
		.where('issuerId', '=', issuerId)
		.execute();
	await append({ kind: 'provider-linked', cause: 'single-sign-on', accountId, issuerId });
};

const link = async (
	needs: Context,
	{ flow, step, vouched, subjectIndex }: Landed,
	own: { readonly accountId: string; readonly sessionId: string },
	client: ClientFacts,
): Promise<boolean> => {
	const actor = await actorOf(needs, own, client);
	const { seal } = await openOwn(needs, actor);
	const now = needs.clock.now();
	const provesFreshness = now - (vouched.authenticatedAt ?? 0) < freshForMs;
	const row: IssuerLinkRow = {
		linkId: newId(now),
		issuerId: step.issuerId,
		accountId: actor.accountId,
		subjectIndex,
		subject: seal.seal('issuerLink', 'subject', vouched.subject),
		label: vouched.label === null ? null : seal.seal('issuerLink', 'label', vouched.label),
		madeAt: now,
	};
	await needs.events.transaction(async (write) => {
		await spendBack(write, flow);
		await recheckSession(write, own, step.startedAt);
		await storeLink(write, row, provesFreshness);
	});
	return provesFreshness;
};

/**
 * Finishes what was begun with a provider, for the browser that holds its flow.
 *
 * @throws accounts.flow.expired, and every `accounts.provider` fault that `contract/single-sign-on.ts` names
 */
export const arrive = async (needs: Context, flow: string | null, client: ClientFacts): Promise<Arrived> => {
	const landed = await land(needs, flow);
	const { purpose: asked } = landed.step;
	const signed = (authentication: Authenticated): Arrived => ({
		purpose: asked.kind,
		authentication,
		provesFreshness: null,
	});
	switch (asked.kind) {
		case 'sign-in':
			return signed(await signIn(needs, landed, client));
		case 'step-up':
			return signed(await stepUp(needs, landed, asked, client));
		case 'join':
			return signed(await finishJoinWithProvider(needs, { ...landed, asked }, client));
		case 'link':
			return {
				purpose: 'link',
				authentication: null,
				provesFreshness: await link(needs, landed, asked, client),
			};
	}
};
