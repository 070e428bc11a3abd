/** What is stored about second factors. Secrets and names lie sealed under their person's key. */
import type { Role } from '@holdfast/contract/accounts';
import { column, table, type RowOf } from '#platform/db/types.ts';

/** One authenticator app or passkey of a person. */
export const factorTable = table('factor', {
	factorId: column.id(),
	accountId: column.id(),
	kind: column.text<'totp' | 'passkey'>('one word of a closed list'),
	label: column.sealed(),
	createdAt: column.timeMs(),
	lastUsedAt: column.timeMs().nullable(),
});

/** What an authenticator app shares with us. */
export const totpTable = table('totp', {
	factorId: column.id(),
	/** 160 bits in base 32. */
	secret: column.sealed(),
	/** The time step of the newest code that was taken: it and all earlier ones are never taken again. */
	lastStep: column.integer(),
});

/** What a passkey leaves with us. */
export const passkeyTable = table('passkey', {
	factorId: column.id(),
	/** SHA-256 of the id that the authenticator chose, by which a passkey alone finds its person. */
	credentialHash: column.hash(),
	credentialId: column.sealed(),
	publicKey: column.bytes('a public key made for this server alone; nothing can be signed with it'),
	/** How often the authenticator says it was used; 0 where it does not count. */
	counter: column.integer(),
	transports: column.json<readonly string[]>('how the authenticator is reached: words of a public list'),
	/** May be kept in step by a provider; never changes for a passkey. */
	isSyncable: column.flag(),
	isSynced: column.flag(),
});

/** Codes on a sheet of paper: 120 random bits each, so a hash says nothing (ASVS 6.5.2). */
export const recoveryCodeTable = table('recoveryCode', {
	hash: column.hash(),
	accountId: column.id(),
	madeAt: column.timeMs(),
	usedAt: column.timeMs().nullable(),
});

/** The roles that must have a second factor: a row each. */
export const requiredFactorTable = table('requiredFactor', {
	role: column.text<Role>('one word of a closed list'),
});

export const factorTables = [
	factorTable,
	totpTable,
	passkeyTable,
	recoveryCodeTable,
	requiredFactorTable,
] as const;

export type FactorRow = RowOf<typeof factorTable>;
export type TotpRow = RowOf<typeof totpTable>;
export type PasskeyRow = RowOf<typeof passkeyTable>;

/** This folder's part of the room's tables. */
export interface FactorTables {
	factor: FactorRow;
	totp: TotpRow;
	passkey: PasskeyRow;
	recoveryCode: RowOf<typeof recoveryCodeTable>;
	requiredFactor: RowOf<typeof requiredFactorTable>;
}
