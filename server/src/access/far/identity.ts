/** A media server's identity: a key pair of its own. Signing people out, all of them, does not touch it. */
import { assertionLifetimeSeconds, entryLifetimeSeconds, statementTypes } from '@holdfast/contract/feed';
import type { Clock } from '#platform/clock.ts';
import { newSecret } from '#platform/ids.ts';
import { keyNameOf, publicKeyOf, type PublicKey, type SignBytes, signStatement } from '#platform/jws.ts';

/** The private half is elsewhere: in the keeper, which only signs. */
export interface IdentityKey {
	/** 32 bytes as base64url. */
	readonly publicKey: string;
	readonly sign: SignBytes;
}

export interface Identity {
	readonly key: PublicKey;
	/** The key's name, by which the account service knows this server. */
	readonly name: string;
	/** Proves this server for one request; `nonce` is its single-use id. */
	assertion(request: {
		readonly method: string;
		readonly path: string;
	}): Promise<{ readonly statement: string; readonly nonce: string }>;
	/** Asks for somebody to be signed in; says where they come back to. */
	entryRequest(entry: {
		readonly redirectUri: string;
		readonly state: string;
		readonly challenge: string;
		readonly serverName: string;
	}): Promise<string>;
}

export const createIdentity = async (needs: {
	readonly identity: IdentityKey;
	readonly clock: Pick<Clock, 'now'>;
	/** The account service's address, which is its name as an audience. */
	readonly authority: string;
}): Promise<Identity> => {
	const { sign } = needs.identity;
	const key = publicKeyOf(needs.identity.publicKey);
	const name = await keyNameOf(key);
	const base = (lifetimeSeconds: number) => {
		const iat = Math.floor(needs.clock.now() / 1000);
		return { iss: name, sub: name, aud: needs.authority, jti: newSecret(), iat, exp: iat + lifetimeSeconds };
	};
	return {
		key,
		name,
		assertion: async ({ method, path }) => {
			const claims = { ...base(assertionLifetimeSeconds), htm: method, htu: path };
			const typ = statementTypes.assertion;
			return { statement: await signStatement({ typ, keyName: name, claims, sign }), nonce: claims.jti };
		},
		entryRequest: ({ redirectUri, state, challenge, serverName }) => {
			const claims = {
				...base(entryLifetimeSeconds),
				redirect_uri: redirectUri,
				state,
				code_challenge: challenge,
				code_challenge_method: 'S256',
				name: serverName,
			};
			return signStatement({ typ: statementTypes.entry, keyName: name, claims, sign });
		},
	};
};
