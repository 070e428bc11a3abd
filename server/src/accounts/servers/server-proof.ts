/**
 * How a media server proves itself: each request carries a statement signed with its key, good for a minute,
 * for this address, this route and once (the shape of RFC 7523, bound to the request as RFC 9449 binds).
 */
import { statementTypes } from '@holdfast/contract/feed';
import { Fault } from '#platform/fault.ts';
import {
	type Claims,
	claimedKeyName,
	keyNameOf,
	type PublicKey,
	publicKeyOf,
	readStatement,
} from '#platform/jws.ts';
import type { Context } from '../context.ts';
import { findServerByKey } from './server-store.ts';
import type { MediaServerRow } from './server-tables.ts';

/** Clocks at home are wrong by minutes. */
const skewSeconds = 300;
const statementLifetimeMaxSeconds = 600;
/** Single-use ids remembered at most; each for as long as its statement could be shown again. */
const rememberedMax = 200_000;

/** What came with a request: the statement and what it was said for. */
export interface Shown {
	readonly statement: string | null;
	readonly method: string;
	readonly path: string;
}

export interface ProvenKey {
	readonly key: PublicKey;
	readonly keyName: string;
	/** The statement's single-use id, to which the answer is bound. */
	readonly nonce: string;
}

export interface ServerProofs {
	/** The holder of this very key. @throws servers.assertion.wrong */
	ofKey(shown: Shown, key: PublicKey): Promise<ProvenKey>;
	/** A server that is claimed, or was. @throws servers.assertion.wrong */
	ofServer(shown: Shown): Promise<ProvenKey & { readonly server: MediaServerRow }>;
	/** A statement that a browser brought. Null where it is not right; it may be shown again while it lasts. */
	readEntry(statement: string): Promise<{ readonly server: MediaServerRow; readonly claims: Claims } | null>;
}

type Needs = Pick<Context, 'db' | 'clock' | 'publicUrl'>;

const wrong = (): never => {
	throw new Fault('servers.assertion.wrong');
};

const number = (value: unknown): number =>
	typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;

/** Issuer, audience and time. A comparison with what is no number is false, so nothing missing passes. */
const isInForce = (claims: Claims, keyName: string, audience: string | null, nowMs: number): boolean => {
	const now = nowMs / 1000;
	const [iat, exp] = [number(claims['iat']), number(claims['exp'])];
	return (
		audience !== null &&
		claims['iss'] === keyName &&
		claims['sub'] === keyName &&
		claims['aud'] === audience &&
		iat <= now + skewSeconds &&
		now < exp + skewSeconds &&
		exp > iat &&
		exp - iat <= statementLifetimeMaxSeconds
	);
};

/** Ids that were used, in this process, until their statements are over. */
const createMemory = () => {
	const used = new Map<string, number>();
	return (id: string, untilMs: number, nowMs: number): boolean => {
		if (used.has(id)) return false;
		for (const [old, until] of used) {
			if (until > nowMs && used.size < rememberedMax) break;
			used.delete(old);
		}
		used.set(id, untilMs);
		return true;
	};
};

const keysOf = (keyName: string, publicKey: string): ReadonlyMap<string, PublicKey> =>
	new Map([[keyName, publicKeyOf(publicKey)]]);

export const createServerProofs = (needs: Needs): ServerProofs => {
	const isFirst = createMemory();
	const check = async (shown: Shown, key: PublicKey, keyName: string): Promise<ProvenKey> => {
		const keys = new Map([[keyName, key]]);
		const claims = await readStatement(shown.statement ?? '', { typ: statementTypes.assertion, keys });
		const now = needs.clock.now();
		if (!claims || !isInForce(claims, keyName, needs.publicUrl(), now)) return wrong();
		if (claims['htm'] !== shown.method || claims['htu'] !== shown.path) return wrong();
		const nonce = claims['jti'];
		if (typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 64) return wrong();
		const until = (number(claims['exp']) + skewSeconds) * 1000;
		if (!isFirst(`${keyName} ${nonce}`, until, now)) return wrong();
		return { key, keyName, nonce };
	};
	return {
		ofKey: async (shown, key) => check(shown, key, await keyNameOf(key)),
		ofServer: async (shown) => {
			const keyName = claimedKeyName(shown.statement ?? '');
			const server = keyName === null ? undefined : await findServerByKey(needs.db.query, keyName);
			if (!server) return wrong();
			return { ...(await check(shown, publicKeyOf(server.publicKey), server.keyName)), server };
		},
		readEntry: async (statement) => {
			const keyName = claimedKeyName(statement);
			const server = keyName === null ? undefined : await findServerByKey(needs.db.query, keyName);
			if (!server) return null;
			const keys = keysOf(server.keyName, server.publicKey);
			const claims = await readStatement(statement, { typ: statementTypes.entry, keys });
			const isFine = claims && isInForce(claims, server.keyName, needs.publicUrl(), needs.clock.now());
			return isFine ? { server, claims } : null;
		},
	};
};
