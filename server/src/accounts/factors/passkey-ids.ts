/** A person's passkeys as options name them to their own browser. */
import { fromJson } from '#platform/db/types.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { StoredPasskey } from './factor-store.ts';

export const presentIds = (seal: AccountSeal, rows: readonly StoredPasskey[]) =>
	rows.map(({ credentialId, transports }) => ({
		id: seal.open('passkey', 'credentialId', credentialId),
		transports: fromJson(transports),
	}));
