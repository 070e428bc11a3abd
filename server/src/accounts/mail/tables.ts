/** What is stored of a mail: what it is about and how far it has come. Never a secret, nor a readable address. */
import { column, table, type RowOf } from '#platform/db/types.ts';
import type { NewFlow } from '../token-store.ts';
import type { TokenPurpose } from '../flows.ts';
import type { MailProblem } from './problems.ts';
import type { Template } from './templates.ts';

const closedList = 'one word of a closed list';

/** `decoy` does the work of a mail and is never sent: it stands for an address that belongs to nobody. */
export type MailState = 'waiting' | 'sending' | 'sent' | 'failed' | 'held' | 'decoy';

export const mailTable = table('mail', {
	mailId: column.id(),
	/** Printed in the mail, so that its reader can ask whether it was ours. */
	mailNumber: column.text('printed in a mail; opens nothing'),
	template: column.text<Template>(closedList),
	/** Whom it is for; null where nobody has an account yet. */
	accountId: column.id().nullable(),
	language: column.text<'en' | 'de'>(closedList).nullable(),
	/** The token to make at the moment of sending. */
	mint: column
		.json<NewFlow<TokenPurpose>>('opaque ids of what a token will be for, never a token')
		.nullable(),
	/**
	 * A letter's address under the key of this mail; a notice's as it lies with the account, under the account's
	 * key. Gone once it is sent.
	 */
	address: column.sealed().nullable(),
	wrapped: column.text("a mail's key, wrapped under the keeper's").nullable(),
	/** The address's blind index, by which the mails to one address are counted. */
	addressIndex: column.blindIndex().nullable(),
	state: column.text<MailState>(closedList),
	tries: column.integer(),
	/** When it is tried next; of one that is being sent, when somebody else may take it over. */
	dueAt: column.timeMs(),
	/** Not sent by then, it is not sent any more. */
	expiresAt: column.timeMs(),
	problem: column.text<MailProblem>(closedList).nullable(),
	/** Of the token that the last try carried, which the next one takes the place of. */
	tokenHash: column.hash().nullable(),
	createdAt: column.timeMs(),
	sentAt: column.timeMs().nullable(),
});

export type MailRow = RowOf<typeof mailTable>;
