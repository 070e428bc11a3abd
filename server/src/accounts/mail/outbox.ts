/**
 * Mail as a row in the transaction of what it is about. No row holds a secret: what a mail carries is minted
 * at the moment of sending and stored as its hash only.
 */
import type { Transaction } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import { toJson } from '#platform/db/types.ts';
import { newId, newReadableCode } from '#platform/ids.ts';
import type { Keeper, Sealer } from '../../keeper/index.ts';
import type { TokenPurpose } from '../flows.ts';
import type { AccountTables } from '../tables.ts';
import type { NewFlow } from '../token-store.ts';
import { acceptAddress } from './address.ts';
import type { MailRow, MailState } from './tables.ts';
import { type LetterTemplate, type Template, worthSendingForMs } from './templates.ts';

export type { LetterTemplate } from './templates.ts';

export interface NewLetter {
	readonly template: LetterTemplate;
	/** The address as it was typed in or is to be proven. */
	readonly to: string;
	readonly accountId: string | null;
	/** Null where nobody chose: English. */
	readonly language: 'en' | 'de' | null;
	/** The token that the mail carries, made when it is sent; null for one without. */
	readonly mint: NewFlow<TokenPurpose> | null;
}

/** A letter whose address is sealed, ready for a transaction. */
export interface PreparedLetter {
	readonly mailId: string;
	readonly row: MailRow;
}

export interface Outbox {
	/** False where no mail server is configured: then letters wait, and administrators see that they do. */
	readonly isConfigured: boolean;
	/** Outside of any transaction: seals the address. An address that cannot be one becomes a decoy. */
	prepare(letter: NewLetter): Promise<PreparedLetter>;
	/** The same work for an address that belongs to nobody; the row is never sent. */
	prepareDecoy(letter: Pick<NewLetter, 'template' | 'to'>): Promise<PreparedLetter>;
	add(tx: Transaction<AccountTables>, prepared: PreparedLetter): Promise<void>;
}

export interface OutboxNeeds {
	readonly keeper: Pick<Keeper, 'blindIndex'>;
	readonly sealer: Pick<Sealer, 'sealForMail'>;
	readonly clock: Pick<Clock, 'now'>;
	readonly isConfigured: boolean;
}

/** Four groups: 76 bits, so that numbers of mails cannot be guessed. */
const mailNumberGroups = 4;

export interface NewMail {
	readonly mailId?: string;
	readonly template: Template;
	readonly accountId: string | null;
	readonly language: 'en' | 'de' | null;
	readonly state: MailState;
	readonly address: MailRow['address'];
}

/** A row as it is before anybody tried to send it. */
export const newMailRow = (mail: NewMail, now: number): MailRow => ({
	mailId: mail.mailId ?? newId(now),
	mailNumber: newReadableCode(mailNumberGroups),
	template: mail.template,
	accountId: mail.accountId,
	language: mail.language,
	mint: null,
	address: mail.address,
	wrapped: null,
	addressIndex: null,
	state: mail.state,
	tries: 0,
	dueAt: now,
	expiresAt: now + worthSendingForMs(mail.template),
	problem: mail.state === 'held' ? 'not-configured' : null,
	tokenHash: null,
	createdAt: now,
	sentAt: null,
});

/** Letters of one kind to one address in an hour; what is above is done alike and never sent. */
const perHourMax = 5;
const hourMs = 60 * 60_000;

const isEnough = async (tx: Transaction<AccountTables>, row: MailRow): Promise<boolean> => {
	const earlier = await tx
		.selectFrom('mail')
		.select('mailId')
		.where('addressIndex', '=', row.addressIndex)
		.where('createdAt', '>', row.createdAt - hourMs)
		.where('template', '=', row.template)
		.limit(perHourMax)
		.execute();
	return earlier.length >= perHourMax;
};

/**
 * Goes to the one address that its index stands for, in the normal form: who types something that only folds
 * to it gets nothing sent elsewhere.
 */
export const createOutbox = (needs: OutboxNeeds): Outbox => {
	const { isConfigured } = needs;
	const seal = async (letter: NewLetter, state: MailState): Promise<PreparedLetter> => {
		const now = needs.clock.now();
		const mailId = newId(now);
		const accepted = acceptAddress(letter.to);
		const to = accepted ?? 'nobody@invalid';
		const [{ wrapped, sealed }, [addressIndex]] = await Promise.all([
			needs.sealer.sealForMail(mailId, to),
			needs.keeper.blindIndex('email', [to]),
		]);
		const { template, accountId, language, mint } = letter;
		const sent = accepted === null ? 'decoy' : state;
		const fresh = { mailId, template, accountId, language, state: sent, address: sealed };
		const row: MailRow = {
			...newMailRow(fresh, now),
			wrapped,
			addressIndex: addressIndex!,
			mint: mint && toJson(mint),
		};
		return { mailId, row };
	};
	return {
		isConfigured,
		prepare: (letter) => seal(letter, isConfigured ? 'waiting' : 'held'),
		prepareDecoy: (letter) => seal({ accountId: null, language: null, mint: null, ...letter }, 'decoy'),
		add: async (tx, { row }) => {
			const state = (await isEnough(tx, row)) ? 'decoy' : row.state;
			await tx
				.insertInto('mail')
				.values({ ...row, state })
				.execute();
		},
	};
};
