/** What people and administrators see of mail: was it ours, what did I get, what waits. */
import { problemTexts, type MailProblem } from './problems.ts';
import type { Context } from '../context.ts';
import { subjectOf } from './letter.ts';
import type { MailState } from './tables.ts';

const listedMax = 100;

export interface CheckedMail {
	readonly wasOurs: boolean;
	readonly subject: string | null;
	readonly sentAt: number | null;
}

/** However it was typed; the dashes are ours. */
const mailNumberOf = (typed: string): string =>
	typed
		.toUpperCase()
		.replaceAll(/[^0-9A-Z]/gu, '')
		.replaceAll(/.{4}(?=.)/gu, '$&-');

/** Another person's mail is as unknown as one that was never written. */
export const checkMail = async (
	{ db, attempts }: Pick<Context, 'db' | 'attempts'>,
	actor: { readonly accountId: string },
	typed: string,
	client: { readonly address: string | null },
): Promise<CheckedMail> => {
	attempts.enter(client.address);
	const mail = await db.query
		.selectFrom('mail')
		.select(['template', 'language', 'sentAt'])
		.where('mailNumber', '=', mailNumberOf(typed))
		.where('accountId', '=', actor.accountId)
		.where('state', 'in', ['sending', 'sent', 'waiting'])
		.executeTakeFirst();
	if (!mail) return { wasOurs: false, subject: null, sentAt: null };
	return { wasOurs: true, subject: subjectOf(mail.template, mail.language), sentAt: mail.sentAt };
};

type ShownState = 'waiting' | 'sent' | 'failed' | 'held';

/** Being sent is waiting to everybody but us. */
const shownState = (state: MailState): ShownState =>
	state === 'sending' || state === 'decoy' ? 'waiting' : state;

export const listMyMails = async (
	{ db }: Pick<Context, 'db'>,
	actor: { readonly accountId: string },
): Promise<{ mailNumber: string; subject: string; state: ShownState; at: number }[]> => {
	const rows = await db.query
		.selectFrom('mail')
		.select(['mailNumber', 'template', 'language', 'state', 'createdAt'])
		.where('accountId', '=', actor.accountId)
		.where('state', '!=', 'decoy')
		.orderBy('mailId', 'desc')
		.limit(listedMax)
		.execute();
	return rows.map(({ mailNumber, template, language, state, createdAt }) => ({
		mailNumber,
		subject: subjectOf(template, language),
		state: shownState(state),
		at: createdAt,
	}));
};

export interface OutboxStatus {
	readonly isConfigured: boolean;
	readonly waiting: number;
	readonly failed: number;
	readonly lastSentAt: number | null;
	readonly lastError: string | null;
	readonly mails: {
		mailNumber: string;
		template: string;
		state: string;
		tries: number;
		at: number;
		problem: MailProblem | null;
	}[];
}

const countIn = async ({ db }: Pick<Context, 'db'>, states: readonly MailState[]): Promise<number> => {
	const row = await db.query
		.selectFrom('mail')
		.select((select) => select.fn.countAll<number>().as('count'))
		.where('state', 'in', states)
		.executeTakeFirst();
	return Number(row?.count ?? 0);
};

/** What has not gone out, newest first. A decoy looks like nothing here: it stands for nobody. */
const listUnsent = ({ db }: Pick<Context, 'db'>) =>
	db.query
		.selectFrom('mail')
		.select(['mailNumber', 'template', 'state', 'tries', 'createdAt as at', 'problem'])
		.where('state', 'in', ['waiting', 'sending', 'held', 'failed'])
		.orderBy('mailId', 'desc')
		.limit(listedMax)
		.execute();

/** Whether mail works and what waits; never an address, a name or a secret. */
export const readOutbox = async (needs: Pick<Context, 'db' | 'outbox'>): Promise<OutboxStatus> => {
	const mails = await listUnsent(needs);
	const newest = await needs.db.query
		.selectFrom('mail')
		.select((select) => select.fn.max('sentAt').as('sentAt'))
		.executeTakeFirst();
	const problem = mails.find((mail) => mail.problem !== null)?.problem ?? null;
	return {
		isConfigured: needs.outbox.isConfigured,
		waiting: await countIn(needs, ['waiting', 'sending', 'held']),
		failed: await countIn(needs, ['failed']),
		lastSentAt: newest?.sentAt ?? null,
		lastError: problem === null ? null : problemTexts[problem],
		mails,
	};
};
