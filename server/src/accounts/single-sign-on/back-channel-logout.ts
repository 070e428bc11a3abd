/**
 * A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): the sessions that
 * came by it end. The signed token is all that counts, and each counts once.
 */
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { signatureAlgorithms, toleranceMs } from './id-token.ts';
import { findLinkBySubject, issuerOrFault } from './link-store.ts';
import { readKeys } from './provider-client.ts';
import { faultOfTrouble, ProviderTrouble } from './provider-trouble.ts';
import type { Providers } from './providers.ts';
import type { IssuerRow } from './sso-tables.ts';
import { sessionIndexOf, subjectIndexOf } from './subject.ts';

type Needs = Pick<Context, 'db' | 'clock' | 'keeper' | 'events' | 'attempts'> & {
	readonly providers: Providers;
};

const eventName = 'http://schemas.openid.net/event/backchannel-logout';
const ageMaxMs = 5 * 60_000;

/** Whose sessions end: one session of the provider's, or all of a person's. */
interface Named {
	readonly subjectIndex: string | null;
	readonly issuerSessionIndex: string | null;
	readonly tokenHash: string;
	readonly expiresAt: number;
}

const verify = async (needs: Needs, issuer: IssuerRow, token: string): Promise<JWTPayload> => {
	const settings = { issuer: issuer.issuer, allowsPrivate: issuer.allowsPrivate === 1 };
	const metadata = await needs.providers.metadata(issuer);
	const keys = await readKeys(needs, settings, metadata);
	const checked = await jwtVerify(token, createLocalJWKSet(keys as never), {
		issuer: metadata.issuer,
		audience: issuer.clientId,
		algorithms: [...signatureAlgorithms],
		// Typed, so that no other token of the provider's passes for one (ASVS 10.5.5).
		typ: 'logout+jwt',
		requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
		clockTolerance: toleranceMs / 1000,
		maxTokenAge: ageMaxMs / 1000,
	});
	return checked.payload;
};

const isLogout = ({ events, nonce }: JWTPayload): boolean => {
	const event: unknown =
		typeof events === 'object' && events !== null ? (events as Record<string, unknown>)[eventName] : null;
	return nonce === undefined && typeof event === 'object' && event !== null && !Array.isArray(event);
};

const textOrNull = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' && value.length <= 255 ? value : null;

const namedBy = async (needs: Needs, issuer: IssuerRow, claims: JWTPayload): Promise<Named | null> => {
	const [sub, sid, jti] = [textOrNull(claims.sub), textOrNull(claims['sid']), textOrNull(claims.jti)];
	if (!isLogout(claims) || jti === null || (sub === null && sid === null)) return null;
	return {
		subjectIndex: sub === null ? null : await subjectIndexOf(needs, issuer.issuer, sub),
		issuerSessionIndex: sid === null ? null : await sessionIndexOf(needs, issuer.issuer, sid),
		tokenHash: hashOf(jti),
		expiresAt: (claims.exp ?? 0) * 1000 + toleranceMs,
	};
};

/** False where the token was acted on before. */
const remember = async (
	{ tx, now }: EventTransaction,
	issuerId: string,
	{ tokenHash, expiresAt }: Named,
): Promise<boolean> => {
	await tx.deleteFrom('issuerLogout').where('expiresAt', '<=', now).execute();
	const made = await tx
		.insertInto('issuerLogout')
		.values({ issuerId, tokenHash, expiresAt: Math.max(expiresAt, now + ageMaxMs + toleranceMs) })
		.onConflict((conflict) => conflict.columns(['issuerId', 'tokenHash']).doNothing())
		.executeTakeFirst();
	return made.numInsertedOrUpdatedRows === 1n;
};

const endNamed = async (
	{ tx, append }: EventTransaction,
	issuerId: string,
	{ subjectIndex, issuerSessionIndex }: Named,
): Promise<void> => {
	let doomed = tx.deleteFrom('session').where('issuerId', '=', issuerId);
	if (issuerSessionIndex !== null) doomed = doomed.where('issuerSessionIndex', '=', issuerSessionIndex);
	if (subjectIndex !== null) {
		const link = await findLinkBySubject(tx, { issuerId, subjectIndex });
		if (!link) return;
		doomed = doomed.where('accountId', '=', link.accountId);
	}
	for (const ended of await doomed.returning(['sessionId', 'accountId']).execute())
		await append({ kind: 'session-ended', cause: 'single-sign-on', ...ended });
};

/**
 * Ends what the token names. Whether there was anything to end is not said.
 *
 * @throws accounts.provider.absent; request.malformed  for a token that does not hold, or came before
 */
export const endByProvider = async (
	needs: Needs,
	asked: { readonly providerId: string; readonly token: string; readonly address: string | null },
): Promise<void> => {
	needs.attempts.enter(asked.address);
	const issuer = await issuerOrFault(needs.db.query, asked.providerId);
	const named = await verify(needs, issuer, asked.token).then(
		(claims) => namedBy(needs, issuer, claims),
		(error: unknown) => {
			if (error instanceof ProviderTrouble) throw faultOfTrouble(error);
			return null;
		},
	);
	if (!named) throw new Fault('request.malformed', { detail: { field: 'logout_token' } });
	await needs.events.transaction(async (write) => {
		if (!(await remember(write, issuer.issuerId, named)))
			throw new Fault('request.malformed', { detail: { field: 'jti' } });
		await endNamed(write, issuer.issuerId, named);
	});
};
