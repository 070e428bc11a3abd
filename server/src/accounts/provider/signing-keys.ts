/**
 * The keys that sign what apps are told: id tokens and logout tokens. The library signs in this process, so
 * they lie under the server's seal instead of in the keeper.
 */
import { generateKeyPair as generateKeyPairCallback } from 'node:crypto';
import { promisify } from 'node:util';
import { newId } from '#platform/ids.ts';
import type { Context } from '../context.ts';
import { openServerSeal } from '../server-seal.ts';
import type { ProviderTables } from './tables.ts';

const generateKeyPair = promisify(generateKeyPairCallback);

/** A private key as JWK (RFC 7517), with its id, algorithm and use. */
export type SigningKey = Readonly<Record<string, unknown>> & {
	readonly kid: string;
	readonly alg: 'RS256' | 'ES256';
};

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>;

/** Of each algorithm: the one that signs, and the one before, which is still published. */
const generationsKept = 2;
const place = ['appSigningKey', 'jwk'] as const;

const makeKeys = async (needs: Needs): Promise<ProviderTables['appSigningKey'][]> => {
	const now = needs.clock.now();
	const [rsa, ec] = await Promise.all([
		generateKeyPair('rsa', { modulusLength: 2048 }),
		generateKeyPair('ec', { namedCurve: 'P-256' }),
	]);
	const seal = await openServerSeal(needs);
	return (
		[
			['RS256', rsa.privateKey],
			['ES256', ec.privateKey],
		] as const
	).map(([alg, key]) => {
		const kid = newId(now);
		const jwk = JSON.stringify({ ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' });
		return { keyId: kid, algorithm: alg, jwk: seal.seal(...place, jwk), madeAt: now };
	});
};

/** Two that start at once agree on the first one's keys. */
const makeFirst = async (needs: Needs): Promise<void> => {
	const keys = await makeKeys(needs);
	await needs.db.transaction(async (tx) => {
		const present = await tx.selectFrom('appSigningKey').select('keyId').limit(1).executeTakeFirst();
		if (!present) await tx.insertInto('appSigningKey').values(keys).execute();
	});
};

const readKeys = async (needs: Needs): Promise<SigningKey[]> => {
	const rows = await needs.db.query
		.selectFrom('appSigningKey')
		.selectAll()
		.orderBy('madeAt', 'desc')
		.orderBy('keyId', 'desc')
		.execute();
	if (rows.length === 0) return [];
	const seal = await openServerSeal(needs);
	return rows.map((row) => JSON.parse(seal.open(...place, row.jwk)) as SigningKey);
};

/** Newest first; made at the first call in the life of a server. */
export const openSigningKeys = async (needs: Needs): Promise<SigningKey[]> => {
	const present = await readKeys(needs);
	if (present.length > 0) return present;
	await makeFirst(needs);
	return readKeys(needs);
};

/** New keys sign from now on; of the older ones the newest stays published. */
export const rotateSigningKeys = async (needs: Needs): Promise<void> => {
	await openSigningKeys(needs);
	const keys = await makeKeys(needs);
	await needs.db.transaction(async (tx) => {
		await tx.insertInto('appSigningKey').values(keys).execute();
		for (const { algorithm } of keys) {
			const rows = await tx
				.selectFrom('appSigningKey')
				.select('keyId')
				.where('algorithm', '=', algorithm)
				.orderBy('madeAt', 'desc')
				.orderBy('keyId', 'desc')
				.execute();
			const old = rows.slice(generationsKept).map(({ keyId }) => keyId);
			if (old.length > 0) await tx.deleteFrom('appSigningKey').where('keyId', 'in', old).execute();
		}
	});
};

/** The newest key's id, so that another process notices a rotation. */
export const newestSigningKeyId = async ({ db }: Pick<Context, 'db'>): Promise<string | null> => {
	const row = await db.query
		.selectFrom('appSigningKey')
		.select('keyId')
		.orderBy('madeAt', 'desc')
		.orderBy('keyId', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row?.keyId ?? null;
};
