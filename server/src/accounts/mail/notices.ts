/**
 * What people are told by mail, as a table from security events. A notice is queued in the
 * transaction of what happened, to an address that was proven before, and says what happened, no more.
 */
import type { Transaction } from 'kysely';
import type { NewEvent } from '../events.ts';
import type { AccountTables } from '../tables.ts';
import { newMailRow } from './outbox.ts';
import type { MailRow } from './tables.ts';
import type { NoticeTemplate } from './templates.ts';

/** The event and what caused it decide; null: nobody is told. */
const noticeOf = ({ kind, cause, reasons }: NewEvent): NoticeTemplate | null => {
	switch (kind) {
		case 'credential-changed':
			return cause === 'password-change' ? 'notice-password-changed' : 'notice-password-reset';
		case 'account-epoch-raised':
			return cause === 'console' || cause === 'administration' ? 'notice-signed-out' : null;
		case 'signed-in':
			if (!reasons || reasons.length === 0) return null;
			return reasons.includes('new-device') ? 'notice-new-device' : 'notice-unusual-sign-in';
		case 'sign-in-failed':
			return reasons && reasons.length > 0 ? 'notice-asked-for-more' : null;
		default:
			return byKind[kind] ?? null;
	}
};

const byKind: Readonly<Partial<Record<NewEvent['kind'], NoticeTemplate>>> = {
	'factor-added': 'notice-factor-added',
	'factor-removed': 'notice-factor-removed',
	'recovery-codes-made': 'notice-recovery-codes',
	'recovery-code-used': 'notice-recovery-code-used',
	'factor-code-made': 'notice-factor-code',
	'reset-code-made': 'notice-reset-code',
	'email-changed': 'notice-email-changed',
	'app-let-in': 'notice-app-let-in',
	'app-password-made': 'notice-app-password',
	'provider-linked': 'notice-provider-linked',
	'provider-unlinked': 'notice-provider-unlinked',
	'account-deactivated': 'notice-deactivated',
	'account-reactivated': 'notice-reactivated',
	'account-leaving': 'notice-leaving',
	'server-claimed': 'notice-server-claimed',
	'account-exported': 'notice-exported',
};

/** Of several in one transaction the first of these is told: one notice, not five. */
const byWeight: readonly NoticeTemplate[] = [
	'notice-email-changed',
	'notice-leaving',
	'notice-deactivated',
	'notice-password-reset',
	'notice-password-changed',
	'notice-reset-code',
	'notice-recovery-code-used',
	'notice-factor-removed',
	'notice-factor-added',
];

/** Whoever makes an account is there and needs no mail about it. */
const isBeginning = ({ kind }: NewEvent): boolean => kind === 'account-made' || kind === 'owner-made';

/** The one thing that these events of one account are about. */
export const noticeFor = (events: readonly NewEvent[]): NoticeTemplate | null => {
	if (events.some(isBeginning)) return null;
	const found = events.map(noticeOf).filter((template) => template !== null);
	const heaviest = byWeight.find((template) => found.includes(template)) ?? found[0] ?? null;
	const isByCode = heaviest === 'notice-password-reset' && found.includes('notice-recovery-code-used');
	return isByCode ? 'notice-password-reset-by-code' : heaviest;
};

/** Where the account's mail goes, as it lies with the account. */
export interface NoticeAddress {
	readonly email: MailRow['address'];
	readonly emailIndex: string | null;
}

/**
 * Notices of one kind to one address in an hour: more tell a person nothing new. Counted by kind, so that
 * nobody uses up with other mails the one that tells of them.
 */
const perHourMax = 5;
const hourMs = 60 * 60_000;

const addressOf = (
	tx: Transaction<AccountTables>,
	accountId: string,
): Promise<(NoticeAddress & { readonly language: 'en' | 'de' | null }) | undefined> =>
	tx
		.selectFrom('account')
		.select(['email', 'emailIndex', 'language'])
		.where('accountId', '=', accountId)
		.executeTakeFirst();

const isTooMany = async (
	tx: Transaction<AccountTables>,
	{ template, addressIndex }: { readonly template: NoticeTemplate; readonly addressIndex: string },
	now: number,
): Promise<boolean> => {
	const earlier = await tx
		.selectFrom('mail')
		.select('mailId')
		.where('addressIndex', '=', addressIndex)
		.where('createdAt', '>', now - hourMs)
		.where('template', '=', template)
		.limit(perHourMax)
		.execute();
	return earlier.length >= perHourMax;
};

/** Collects the events of one transaction, and queues what they tell at its end. */
export interface NoticeCollector {
	/** Before the event's own change to the account: an address that is about to go is told too. */
	note(event: NewEvent): Promise<void>;
	queue(): Promise<void>;
}

export const collectNotices = (
	tx: Transaction<AccountTables>,
	now: number,
	{ isConfigured }: { readonly isConfigured: boolean },
): NoticeCollector => {
	const events: NewEvent[] = [];
	const formers = new Map<string, NoticeAddress>();
	return {
		note: async (event) => {
			events.push(event);
			if (event.kind !== 'email-changed' || event.accountId === undefined) return;
			const former = await addressOf(tx, event.accountId);
			if (former) formers.set(event.accountId, former);
		},
		queue: async () => {
			const people = new Set(events.flatMap(({ accountId }) => accountId ?? []));
			for (const accountId of people) {
				const own = events.filter((event) => event.accountId === accountId);
				const former = formers.get(accountId) ?? null;
				await queueNotice(tx, { accountId, events: own, former, isConfigured }, now);
			}
		},
	};
};

/**
 * Queues what these events of one transaction tell one person. `former` is the address that the account had
 * before them, where they change it: it is told too.
 */
const queueNotice = async (
	tx: Transaction<AccountTables>,
	told: {
		readonly accountId: string;
		readonly events: readonly NewEvent[];
		readonly former: NoticeAddress | null;
		readonly isConfigured: boolean;
	},
	now: number,
): Promise<void> => {
	const template = noticeFor(told.events);
	if (template === null) return;
	const { accountId } = told;
	const account = await addressOf(tx, accountId);
	if (!account) return;
	const addresses: NoticeAddress[] = [account];
	if (told.former && told.former.emailIndex !== account.emailIndex) addresses.push(told.former);
	const { language } = account;
	const state = told.isConfigured ? 'waiting' : 'held';
	for (const { email, emailIndex } of addresses) {
		if (email === null || emailIndex === null) continue;
		if (await isTooMany(tx, { template, addressIndex: emailIndex }, now)) continue;
		const row = newMailRow({ template, accountId, language, state, address: email }, now);
		await tx
			.insertInto('mail')
			.values({ ...row, addressIndex: emailIndex })
			.execute();
	}
};
