/** Proving once more that it is still the same person, before something that matters. */
import type { Factor } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import { findCredential } from './account-store.ts';
import { type Authenticated, goOn } from './authentication.ts';
import type { Actor, ClientFacts, Context } from './context.ts';
import { factorsOf } from './factors/factor-store.ts';
import type { Shown } from './flows.ts';
import { findOwnSession, freshUntilOf } from './session-store.ts';
import { usableProvidersOf } from './single-sign-on/link-store.ts';
import { consume, issueFlow, peekFlow } from './token-store.ts';

const purpose = 'step-up';

export interface StepUp {
	readonly isFresh: boolean;
	readonly freshUntil: number | null;
	readonly hasPassword: boolean;
	readonly passwordMadeAt: number | null;
	readonly factors: Factor[];
	readonly providers: { readonly providerId: string; readonly name: string }[];
}

/** Whether the actor's session counts as fresh, and what could make it so. */
export const readStepUp = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
): Promise<StepUp> => {
	const now = clock.now();
	const session = await findOwnSession(db.query, actor, now);
	if (!session) throw new Fault('access.sign-in-needed');
	const until = freshUntilOf(session);
	const credential = await findCredential(db.query, actor.accountId);
	return {
		isFresh: now < until,
		freshUntil: now < until ? until : null,
		hasPassword: credential !== undefined,
		passwordMadeAt: credential?.madeAt ?? null,
		factors: await factorsOf(db.query, actor.accountId),
		providers: await usableProvidersOf(db.query, actor.accountId),
	};
};

/** The same exchange as at sign-in, for a person who is known: counted apart, so that nobody is locked out. */
export const startStepUp = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'keyStretching'>,
	actor: Actor,
	input: { readonly startLoginRequest: string },
	client: Pick<ClientFacts, 'address'>,
) => {
	const { accountId, sessionId } = actor;
	const subject = `step-up:${accountId}`;
	await needs.attempts.begin({ subject }, client.address);
	const present = await findCredential(needs.db.query, accountId);
	if (!present) throw new Fault('accounts.credentials.wrong');
	const { credentialId, evaluationId, setupId, record, epoch } = present;
	const { loginResponse, sealedState } = await needs.keeper.evaluate.startSignIn({
		known: { credentialId: evaluationId, accountId, record: { setupId, record } },
		unknownKey: subject,
		startLoginRequest: input.startLoginRequest,
	});
	const payload = { sealedState, subject, credentialId, sessionId };
	const begun = { purpose, payload, account: { accountId, epoch } } as const;
	const flow = await issueFlow(needs.db.query, begun, needs.clock.now());
	return { flow, loginResponse, keyStretching: needs.keyStretching };
};

const spendAsWrong = async (needs: Pick<Context, 'db' | 'clock'>, flow: string): Promise<never> => {
	await needs.db.transaction((tx) => consume(tx, { purpose, flow }, needs.clock.now()));
	throw new Fault('accounts.credentials.wrong');
};

/** @throws accounts.credentials.wrong, accounts.flow.expired  the latter for another session's flow too. */
export const finishStepUp = async (
	needs: Context,
	actor: Actor,
	input: { readonly flow: string; readonly finishLoginRequest: string },
	client: ClientFacts,
): Promise<Authenticated> => {
	const { flow, finishLoginRequest } = input;
	const { accountId, sessionId } = actor;
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	const isOwn = open?.accountId === accountId && open.payload.sessionId === sessionId;
	if (!isOwn) throw new Fault('accounts.flow.expired');
	const { sealedState, subject, credentialId } = open.payload;
	const proven = await needs.keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest });
	if (proven?.accountId !== accountId) return spendAsWrong(needs, flow);
	const shown: Shown = {
		intent: { kind: 'step-up', sessionId },
		methods: ['password'],
		credentialId,
		issuerId: null,
		counted: [{ subject }],
	};
	const proof = { kind: 'exchange', proof: proven.proof } as const;
	return goOn(
		needs,
		{ accountId, shown, proof, epoch: open.accountEpoch ?? 0 },
		client,
		async ({ tx, now }) => {
			if (!(await consume(tx, { purpose, flow }, now))) throw new Fault('accounts.flow.expired');
		},
	);
};
