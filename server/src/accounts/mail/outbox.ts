/**
 * Mail as a row in the transaction of what it is about. No row holds a secret: what a mail carries is minted
 * at the moment of sending and stored as its hash only.
 */
import type { Transaction } from 'kysely';
import type { NewFlow } from '../token-store.ts';
import type { TokenPurpose } from '../flows.ts';
import type { AccountTables } from '../tables.ts';

/** Mails that somebody asked for. Notices are not written by hand: they follow from security events. */
export type LetterTemplate =
	| 'password-reset'
	| 'verify-email'
	| 'registration'
	/** To the owner of an address with which somebody tried to register. */
	| 'registration-taken'
	| 'sign-in-code'
	| 'invitation'
	| 'test';

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
}

export interface Outbox {
	/** False where no mail server is configured: then letters wait, and administrators see that they do. */
	readonly isConfigured: boolean;
	/** Outside of any transaction: seals the address. */
	prepare(letter: NewLetter): Promise<PreparedLetter>;
	/** The same work for an address that belongs to nobody; the row is never sent. */
	prepareDecoy(letter: Pick<NewLetter, 'template' | 'to'>): Promise<PreparedLetter>;
	add(tx: Transaction<AccountTables>, prepared: PreparedLetter): Promise<void>;
}
