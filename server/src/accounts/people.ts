/** A person's sealed fields, closed for the table and opened for the person. */
import type { Person, Role } from '@holdfast/contract/accounts';
import type { Sealed } from '#platform/db/types.ts';
import type { AccountSeal } from '../keeper/index.ts';

export interface SealedNames {
	readonly username: Sealed;
	readonly displayName: Sealed;
}

export const sealNames = (
	seal: AccountSeal,
	names: { readonly username: string; readonly displayName: string },
): SealedNames => ({
	username: seal.seal('account', 'username', names.username),
	displayName: seal.seal('account', 'displayName', names.displayName),
});

export const openPerson = (
	seal: AccountSeal,
	row: SealedNames & { readonly accountId: string; readonly role: Role },
): Person => ({
	accountId: row.accountId,
	role: row.role,
	username: seal.open('account', 'username', row.username),
	displayName: seal.open('account', 'displayName', row.displayName),
});
