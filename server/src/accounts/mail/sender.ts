/**
 * Sends what the outbox holds: a few at a time, each claimed for a while, with one policy for trying again.
 *
 * A mail is sent once, with one exception that SMTP leaves open: where this process ends between the mail
 * server's last answer and the row that notes it, the mail goes out a second time, under the same message id.
 */
import { Fault, isFault } from '#platform/fault.ts';
import { hashOf, newReadableCode, newSecret } from '#platform/ids.ts';
import type { Sealed } from '#platform/db/types.ts';
import type { Context } from '../context.ts';
import { deleteTokensOf, issueFlow } from '../token-store.ts';
import { bareCode } from './bare-code.ts';
import { writeLetter } from './letter.ts';
import {
	type ClaimedMail,
	claimDue,
	isAnyDue,
	mintOf,
	noteToken,
	settleFailed,
	settleLater,
	settleSent,
} from './mail-store.ts';
import type { MailProblem } from './problems.ts';
import { carriesOf } from './templates.ts';
import type { Delivery, MailTransport } from './transport.ts';

const lookEveryMs = 1_000;
const atOnceMax = 4;
/** Longer than any one try may take. */
const leaseMs = 5 * 60_000;
const firstPauseMs = 15_000;
const pauseMaxMs = 30 * 60_000;
/** How often a mail is looked at again that waits for a public address. */
const heldPauseMs = 60_000;
/** How long a stop waits for mails that are being handed over. */
const stopWithinMs = 5_000;
/** Four groups: 76 bits, so that a stolen hash cannot be guessed in the time the code is good for. */
const codeGroups = 4;

export type SenderNeeds = Pick<Context, 'db' | 'clock' | 'log' | 'events' | 'sealer' | 'publicUrl'> & {
	readonly transport: MailTransport;
};

export interface Sender {
	/** Sends what is due now, and says how many that were. */
	sendDue(): Promise<number>;
	/** Sends this one now, and says how it went; null where somebody else has it. */
	sendNow(mailId: string): Promise<Delivery | null>;
	/** Looks every second from now on. */
	start(): { stop(): Promise<void> };
}

/** 15 s, 30 s, 1 min, … up to half an hour. */
export const pauseAfter = (tries: number): number => Math.min(pauseMaxMs, firstPauseMs * 2 ** (tries - 1));

const openAddress = async (needs: SenderNeeds, mail: ClaimedMail): Promise<string> => {
	const { mailId, address, wrapped, accountId } = mail;
	if (address === null) throw new Fault('server.broken');
	if (wrapped !== null) {
		const [to] = await needs.sealer.openMails([{ mailId, wrapped, sealed: address }]);
		return to ?? '';
	}
	// A notice's address lies as the account has it: one metered opening.
	const keyring = await needs.db.query
		.selectFrom('keyring')
		.select('wrapped')
		.where('accountId', '=', accountId ?? '')
		.executeTakeFirst();
	if (!keyring) throw new Fault('accounts.account.absent');
	const seal = await needs.sealer.open(accountId!, keyring.wrapped, null);
	return seal.open('account', 'email', address as Sealed);
};

interface Carried {
	readonly link: string | null;
	readonly code: string | null;
}

/**
 * Makes the token now, in place of the one that an earlier try made; of links to reset a password only the
 * newest lives. Null where the mail is not this sender's any more.
 */
const mint = async (needs: SenderNeeds, mail: ClaimedMail, publicUrl: string): Promise<Carried | null> => {
	const carries = carriesOf(mail.template);
	const asked = mintOf(mail);
	if (asked === null || carries.kind === 'nothing') return { link: null, code: null };
	const code = newReadableCode(codeGroups);
	const secret = carries.kind === 'link' ? newSecret() : bareCode(code);
	const isOurs = await needs.events.transaction(async ({ tx, now, append }) => {
		if (mail.tokenHash !== null) await tx.deleteFrom('token').where('hash', '=', mail.tokenHash).execute();
		const { accountId } = mail;
		if (asked.purpose === 'password-reset' && accountId !== null) {
			await deleteTokensOf(tx, accountId, [asked.purpose]);
			await append({ kind: 'password-reset-asked', cause: 'password-reset', accountId });
		}
		if (!(await noteToken(tx, mail, hashOf(secret)))) return false;
		await issueFlow(tx, { ...asked, secret }, now);
		return true;
	});
	if (!isOurs) return null;
	return carries.kind === 'link'
		? { link: `${publicUrl}${carries.path}#${secret}`, code: null }
		: { link: null, code };
};

const compose = (needs: SenderNeeds, mail: ClaimedMail, to: string, carried: Carried) => {
	const language = mail.language ?? 'en';
	const { template, mailNumber, createdAt } = mail;
	const written = writeLetter({ template, language, mailNumber, at: createdAt, ...carried });
	return {
		...written,
		to,
		language,
		messageId: `<${mail.mailId}@${needs.transport.domain}>`,
		date: needs.clock.now(),
	};
};

const problemOf = (error: unknown): MailProblem =>
	isFault(error, 'server.keeper-refused') ? 'keeper-refused' : 'broken';

const failed = (problem: MailProblem, isFinal: boolean): Delivery => ({ state: 'failed', problem, isFinal });

/** Everything up to the mail server's answer; null where the mail is not ours to settle any more. */
const deliver = async (needs: SenderNeeds, mail: ClaimedMail): Promise<Delivery | null> => {
	const publicUrl = needs.publicUrl();
	if (carriesOf(mail.template).kind === 'link' && publicUrl === null)
		return failed('no-public-address', false);
	try {
		const to = await openAddress(needs, mail);
		const carried = await mint(needs, mail, publicUrl ?? '');
		if (carried === null) return null;
		return await needs.transport.send(compose(needs, mail, to, carried));
	} catch (error) {
		// Whose key is gone is gone; everything else may be better in a while.
		const isGone = isFault(error, 'accounts.account.absent');
		needs.log.warn(
			{ err: error, mailId: mail.mailId, template: mail.template },
			'a mail could not be written',
		);
		return failed(problemOf(error), isGone);
	}
};

const settle = (needs: SenderNeeds, mail: ClaimedMail, delivery: Delivery): Promise<boolean> =>
	needs.db.transaction((tx) => {
		const now = needs.clock.now();
		if (delivery.state === 'sent') return settleSent(tx, mail, now);
		const { problem, isFinal } = delivery;
		const isHeld = problem === 'no-public-address';
		const dueAt = now + (isHeld ? heldPauseMs : pauseAfter(mail.tries));
		if (isFinal) return settleFailed(tx, mail, problem);
		if (dueAt >= mail.expiresAt) return settleFailed(tx, mail, isHeld ? problem : 'too-late');
		return settleLater(tx, mail, { state: isHeld ? 'held' : 'waiting', problem, dueAt });
	});

const sendOne = async (needs: SenderNeeds, mail: ClaimedMail): Promise<Delivery | null> => {
	const now = needs.clock.now();
	const delivery = mail.expiresAt <= now ? failed('too-late', true) : await deliver(needs, mail);
	if (delivery === null) return null;
	if (delivery.state === 'failed') {
		const { problem, isFinal } = delivery;
		needs.log.info({ mailId: mail.mailId, template: mail.template, problem, isFinal }, 'a mail was not sent');
	}
	await settle(needs, mail, delivery);
	return delivery;
};

export const createSender = (needs: SenderNeeds): Sender => {
	const inFlight = new Set<Promise<unknown>>();
	let isStopping = false;
	const track = <Result>(work: Promise<Result>): Promise<Result> => {
		const watched = work.finally(() => inFlight.delete(watched));
		inFlight.add(watched);
		return watched;
	};
	const claim = (limit: number, mailId?: string): Promise<ClaimedMail[]> =>
		needs.db.transaction((tx) =>
			claimDue(tx, { limit, leaseMs, ...(mailId === undefined ? {} : { mailId }) }, needs.clock.now()),
		);
	const sendDue = async (): Promise<number> => {
		let sent = 0;
		while (!isStopping && (await isAnyDue(needs.db.query, needs.clock.now()))) {
			const mails = await claim(atOnceMax);
			if (mails.length === 0) break;
			await Promise.all(mails.map((mail) => track(sendOne(needs, mail))));
			sent += mails.length;
		}
		return sent;
	};
	return {
		sendDue,
		sendNow: async (mailId) => {
			const [mail] = await claim(1, mailId);
			return mail ? track(sendOne(needs, mail)) : null;
		},
		start: () => {
			const looking = needs.clock.every(lookEveryMs, async () => {
				await sendDue().catch((error: unknown) => needs.log.warn({ err: error }, 'could not send mail'));
			});
			return {
				stop: async () => {
					isStopping = true;
					looking.stop();
					const over = new AbortController();
					const late = needs.clock.sleep(stopWithinMs, over.signal).catch(() => {});
					await Promise.race([Promise.allSettled(inFlight), late]);
					over.abort();
					needs.transport.close();
				},
			};
		},
	};
};
