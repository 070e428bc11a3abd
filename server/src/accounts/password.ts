/** Changing a password: the present one is proven and the next one registered in the same two messages. */
import { Fault } from '#platform/fault.ts';
import { startRegistration } from './account-making.ts';
import { findCredential, raiseEpoch, replaceCredential } from './account-store.ts';
import type { Actor, ClientFacts, Context } from './context.ts';
import type { EventTransaction } from './event-log.ts';
import { presentSigned, type NewSession, type SignedIn } from './session-making.ts';
import { deleteOwnSession, findOwnSession, insertSession } from './session-store.ts';
import { openOwn, prepareNext } from './sessions.ts';
import type { SessionRow } from './tables.ts';
import { consume, deleteTokensOf, issueFlow, peekFlow } from './token-store.ts';

const purpose = 'password-change';

export const startPasswordChange = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'keyStretching'>,
	actor: Actor,
	input: { readonly startLoginRequest: string; readonly registrationRequest: string },
	client: Pick<ClientFacts, 'address'>,
) => {
	// Whoever holds a stolen session tries passwords here: counted apart, so that nobody is locked out.
	const subject = `password-change:${actor.accountId}`;
	await needs.attempts.begin({ subject }, client.address);
	const present = await findCredential(needs.db.query, actor.accountId);
	if (!present) throw new Fault('access.sign-in-needed');
	const { loginResponse, sealedState } = await needs.keeper.evaluate.startSignIn({
		known: {
			credentialId: present.evaluationId,
			accountId: present.accountId,
			record: { setupId: present.setupId, record: present.record },
		},
		unknownKey: subject,
		startLoginRequest: input.startLoginRequest,
	});
	const { registrationResponse, started } = await startRegistration(
		needs,
		input.registrationRequest,
		present,
	);
	const account = { accountId: actor.accountId, epoch: present.epoch };
	const { credentialId } = present;
	const { sessionId } = actor;
	const payload = { sealedState, subject, credentialId, sessionId, registration: started };
	const flow = await issueFlow(needs.db.query, { purpose, payload, account }, needs.clock.now());
	return { flow, loginResponse, registrationResponse, keyStretching: needs.keyStretching };
};

export interface FinishPasswordChange {
	readonly flow: string;
	readonly finishLoginRequest: string;
	readonly registrationRecord: string;
	readonly signOutEverywhere: boolean;
}

const spendAsWrong = async (needs: Pick<Context, 'db' | 'clock'>, flow: string): Promise<never> => {
	await needs.db.transaction((tx) => consume(tx, { purpose, flow }, needs.clock.now()));
	throw new Fault('accounts.credentials.wrong');
};

/** The session goes on under a new id and a new token, with the next password behind it. */
const replaceSession = async (
	{ tx, append }: EventTransaction,
	next: NewSession,
	of: { readonly present: Actor; readonly epoch: number; readonly madeAt: number },
): Promise<SessionRow> => {
	const { accountId, sessionId } = of.present;
	await deleteOwnSession(tx, { accountId, sessionId });
	await append({ kind: 'session-ended', cause: 'password-change', accountId, sessionId });
	return insertSession(tx, next.row, { accountEpoch: of.epoch, verifierMadeAt: of.madeAt });
};

const prove = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper'>,
	actor: Actor,
	{ flow, finishLoginRequest }: Pick<FinishPasswordChange, 'flow' | 'finishLoginRequest'>,
): Promise<{ readonly subject: string }> => {
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	const isOwn = open?.accountId === actor.accountId && open.payload.sessionId === actor.sessionId;
	if (!isOwn) throw new Fault('accounts.flow.expired');
	const { sealedState, subject } = open.payload;
	const proven = await needs.keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest });
	if (proven?.accountId !== actor.accountId) return spendAsWrong(needs, flow);
	return { subject };
};

/** One transaction however many devices there are. Null where the person asked to be signed out here too. */
export const finishPasswordChange = async (
	needs: Context,
	actor: Actor,
	input: FinishPasswordChange,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<SignedIn | null> => {
	const { flow } = input;
	const { accountId } = actor;
	const { subject } = await prove(needs, actor, input);
	const opened = await openOwn(needs, actor);
	const next = input.signOutEverywhere ? null : await prepareNext(needs, opened, actor, client);
	const row = await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		const spent = await consume(tx, { purpose, flow }, now);
		const present = await findCredential(tx, accountId);
		const isCurrent =
			spent !== null &&
			spent.accountEpoch === present?.epoch &&
			spent.payload.credentialId === present.credentialId &&
			(await findOwnSession(tx, actor, now)) !== undefined;
		if (!isCurrent) throw new Fault('accounts.flow.expired');
		const record = input.registrationRecord;
		await replaceCredential(tx, { ...spent.payload.registration, accountId, record, madeAt: now });
		// Whoever asked for a reset meant the password that was.
		await deleteTokensOf(tx, accountId, ['password-reset', 'handed-over-code']);
		await append({ kind: 'credential-changed', cause: 'password-change', accountId });
		if (next) return replaceSession(write, next, { present: actor, epoch: present.epoch, madeAt: now });
		const epoch = await raiseEpoch(tx, accountId, now);
		if (epoch !== null)
			await append({ kind: 'account-epoch-raised', cause: 'password-change', accountId, epoch });
		return null;
	});
	await needs.attempts.forget({ subject });
	return next && row && { token: next.token, signed: presentSigned(opened.seal, opened.session, row) };
};
