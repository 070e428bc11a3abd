/**
 * Seals what is known about a person: AES-256-GCM under the account's data key, bound to table, column and
 * account. Runs in the main process; keys come from the keeper, stay for a minute at most, and are wiped.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Sealed } from '../platform/db/types.ts';
import { Fault } from '../platform/fault.ts';
import type { Keeper, PersonProof } from './keeper.ts';

const formatVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;

const entriesMax = 1_000;
/** A key is wiped after this. */
const wipeAfterMs = 60_000;
/** A key is handed out for less long, so that whoever gets it has time to use it. */
const shareForMs = 45_000;
const sweepEveryMs = 5_000;

/**
 * Seals and opens the columns of one account. Good for at least 10 s; use it in the request that asked for
 * it.
 */
export interface AccountSeal {
	/** @throws server.keeper-away  when the key was wiped meanwhile: ask the sealer again. */
	seal(table: string, column: string, text: string): Sealed;
	/**
	 * @throws server.broken  when the bytes are damaged, or were sealed for another table, column or account.
	 * @throws server.keeper-away  when the key was wiped meanwhile: ask the sealer again.
	 */
	open(table: string, column: string, sealed: Uint8Array): string;
}

/** An account whose seal is asked for. */
export interface SealedAccount {
	readonly accountId: string;
	/** The account's wrapped data key, as stored. */
	readonly wrapped: string;
	/** Null where nobody's proof is at hand; such an opening is metered. */
	readonly proof: PersonProof | null;
}

/** The address of one mail, as it is stored. */
export interface SealedMail {
	readonly mailId: string;
	readonly wrapped: string;
	readonly sealed: Uint8Array;
}

/** Gives out the seals of accounts and keeps their keys for a minute at most. */
export interface Sealer extends Disposable {
	/** A new data key; store `wrapped` with the account. */
	forNewAccount(accountId: string): Promise<{ readonly wrapped: string; readonly seal: AccountSeal }>;
	open(accountId: string, wrapped: string, proof: PersonProof | null): Promise<AccountSeal>;
	/** Opens up to 200 accounts in one round trip; the seals come in the order asked for. */
	openMany(accounts: readonly SealedAccount[]): Promise<AccountSeal[]>;
	/** Seals the address of one mail under a key of that mail's own, which is wiped at once. */
	sealForMail(mailId: string, text: string): Promise<{ readonly wrapped: string; readonly sealed: Sealed }>;
	/** Opens what was sealed for these mails, at most 200; costs no budget and keeps no key. */
	openMails(mails: readonly SealedMail[]): Promise<string[]>;
	/** Wipes an account's key now, as when the account is removed. */
	forget(accountId: string): void;
	/** Keys in memory, for reports and tests. */
	readonly cachedCount: number;
}

interface Entry {
	readonly accountId: string;
	readonly wrapped: string;
	readonly key: Uint8Array;
	readonly bornMs: number;
	isWiped: boolean;
}

const boundTo = (table: string, column: string, accountId: string): Buffer =>
	Buffer.from(JSON.stringify(['holdfast seal', table, column, accountId]));

const sealText = (key: Uint8Array, place: Buffer, text: string): Sealed => {
	const nonce = randomBytes(nonceBytes);
	const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	cipher.setAAD(place);
	const body = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
	return new Uint8Array(Buffer.concat([Buffer.from([formatVersion]), nonce, ...body])) as Sealed;
};

const openText = (key: Uint8Array, place: Buffer, sealed: Uint8Array): string => {
	const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
	if (bytes[0] !== formatVersion || bytes.length < 1 + nonceBytes + tagBytes)
		throw new Fault('server.broken');
	const nonce = bytes.subarray(1, 1 + nonceBytes);
	const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	decipher.setAAD(place);
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	try {
		const body = bytes.subarray(1 + nonceBytes, -tagBytes);
		return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
	} catch (cause) {
		throw new Fault('server.broken', { cause });
	}
};

const sealOver = (entry: Entry): AccountSeal => {
	const key = (): Uint8Array => {
		if (entry.isWiped) throw new Fault('server.keeper-away');
		return entry.key;
	};
	return {
		seal: (table, column, text) => sealText(key(), boundTo(table, column, entry.accountId), text),
		open: (table, column, sealed) => openText(key(), boundTo(table, column, entry.accountId), sealed),
	};
};

/** One mail's address, under a key that is used once and wiped. */
const mailSeals = ({ wrap }: Pick<Keeper, 'wrap'>): Pick<Sealer, 'sealForMail' | 'openMails'> => {
	const place = (mailId: string): Buffer => boundTo('mail', 'address', mailId);
	return {
		sealForMail: async (mailId, text) => {
			const { dataKey, wrapped } = await wrap.newMailKey(mailId);
			const sealed = sealText(dataKey, place(mailId), text);
			dataKey.fill(0);
			return { wrapped, sealed };
		},
		openMails: async (mails) => {
			if (mails.length === 0) return [];
			const keys = await wrap.openMailKeys(mails.map(({ mailId, wrapped }) => ({ mailId, wrapped })));
			return mails.map(({ mailId, sealed }, index) => {
				const key = keys[index];
				if (!key) throw new Fault('server.broken');
				const text = openText(key, place(mailId), sealed);
				key.fill(0);
				return text;
			});
		},
	};
};

/** The keys in memory, least recently used first. */
const createKeyCache = (clock: Pick<Clock, 'elapsedMs'>) => {
	const entries = new Map<string, Entry>();
	const wipe = (entry: Entry): void => {
		entry.key.fill(0);
		entry.isWiped = true;
		if (entries.get(entry.accountId) === entry) entries.delete(entry.accountId);
	};
	const ageMs = (entry: Entry): number => clock.elapsedMs() - entry.bornMs;
	const find = (accountId: string, wrapped: string): Entry | null => {
		const entry = entries.get(accountId);
		if (!entry || entry.wrapped !== wrapped || ageMs(entry) >= shareForMs) return null;
		entries.delete(accountId);
		entries.set(accountId, entry);
		return entry;
	};
	return {
		entries,
		find,
		/**
		 * Keeps a key; what was kept for the account before lives on for those who hold it, until it is wiped by
		 * age.
		 */
		keep: (accountId: string, wrapped: string, key: Uint8Array): Entry => {
			const present = find(accountId, wrapped);
			if (present) {
				key.fill(0);
				return present;
			}
			const old = entries.get(accountId);
			if (old) wipe(old);
			const entry: Entry = { accountId, wrapped, key, bornMs: clock.elapsedMs(), isWiped: false };
			entries.set(accountId, entry);
			for (const oldest of entries.values()) {
				if (entries.size <= entriesMax) break;
				wipe(oldest);
			}
			return entry;
		},
		wipe,
		wipeOld: (): void => {
			for (const entry of [...entries.values()]) if (ageMs(entry) >= wipeAfterMs - sweepEveryMs) wipe(entry);
		},
	};
};

/** One for the whole process; dispose it to wipe every key. */
export const createSealer = (needs: {
	readonly keeper: Pick<Keeper, 'wrap'>;
	readonly clock: Clock;
}): Sealer => {
	const cache = createKeyCache(needs.clock);
	const sweep = needs.clock.every(sweepEveryMs, cache.wipeOld);

	const openMany = async (accounts: readonly SealedAccount[]): Promise<AccountSeal[]> => {
		const found = accounts.map(({ accountId, wrapped }) => cache.find(accountId, wrapped));
		const missing = accounts.filter((_account, index) => !found[index]);
		const keys = missing.length > 0 ? await needs.keeper.wrap.unwrap(missing) : [];
		const opened = missing.map(({ accountId, wrapped }, index) => {
			const key = keys[index];
			if (!key) throw new Fault('server.broken');
			return cache.keep(accountId, wrapped, key);
		});
		return found.map((entry) => {
			const next = entry ?? opened.shift();
			if (!next) throw new Fault('server.broken');
			return sealOver(next);
		});
	};

	return {
		...mailSeals(needs.keeper),
		openMany,
		forNewAccount: async (accountId) => {
			const { dataKey, wrapped } = await needs.keeper.wrap.newDataKey(accountId);
			return { wrapped, seal: sealOver(cache.keep(accountId, wrapped, dataKey)) };
		},
		open: async (accountId, wrapped, proof) => {
			const [seal] = await openMany([{ accountId, wrapped, proof }]);
			if (!seal) throw new Fault('server.broken');
			return seal;
		},
		forget: (accountId) => {
			const entry = cache.entries.get(accountId);
			if (entry) cache.wipe(entry);
		},
		get cachedCount() {
			return cache.entries.size;
		},
		[Symbol.dispose]: () => {
			sweep.stop();
			for (const entry of [...cache.entries.values()]) cache.wipe(entry);
		},
	};
};
