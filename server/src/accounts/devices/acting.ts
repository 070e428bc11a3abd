/**
 * Everything that can act for a person, in one list. Each kind is a source that lists its own and ends its
 * own; a new kind adds itself to `sources` below.
 */
import type { SessionEntry } from '@holdfast/contract/accounts';
import type { Kysely } from 'kysely';
import type { AccountSeal } from '../../keeper/index.ts';
import type { EventTransaction } from '../event-log.ts';
import type { AccountTables } from '../tables.ts';
import { linkSource, serverSource } from './other-sources.ts';
import { sessionSource } from './session-source.ts';

export interface ActingSource {
	list(
		db: Kysely<AccountTables>,
		whose: { readonly accountId: string; readonly sessionId: string; readonly seal: AccountSeal },
		now: number,
	): Promise<SessionEntry[]>;
	/**
	 * Ends one of this person's own, in the transaction, with its event. False where it is none of this source.
	 * `isConfirmed`: the person said that they mean it, where that takes more than a session.
	 */
	end(write: EventTransaction, own: EndOwn): Promise<boolean>;
}

export interface EndOwn {
	readonly accountId: string;
	readonly sessionId: string;
	readonly isConfirmed: boolean;
	/** The session that asks. */
	readonly actingSessionId: string;
}

export const sources: readonly ActingSource[] = [sessionSource, linkSource, serverSource];
