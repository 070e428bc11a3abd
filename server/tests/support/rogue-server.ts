/**
 * Somebody with a key of their own who speaks to an account service as media servers do, and says what they
 * like.
 */
import { createHash, createCipheriv, generateKeyPairSync, hkdfSync, randomBytes, sign } from 'node:crypto';
import { statementTypes } from '@holdfast/contract/feed';
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import { announceServer, serverAssertionHeader } from '@holdfast/contract/servers';
import { keyNameOf, publicKeyOf } from '../../src/platform/jws.ts';
import { addressOf, Refused } from './whole-server.ts';

type Json = Record<string, unknown>;

export interface RogueServer {
	readonly keyName: string;
	/** Any statement at all, signed with this key unless a signature is given. */
	statement(claims: Json, header?: Json, signature?: string): string;
	/** The claims that an honest server would send for this route. */
	claimsFor(route: RouteShape, more?: Json): Json;
	/** Asks with a statement of one's own, else with an honest one. */
	ask<R extends RouteShape>(
		route: R,
		input?: Partial<RouteInput<R>>,
		statement?: string,
	): Promise<RouteReply<R>>;
	/** Shows itself under a code, as a server does at its start. */
	announce(code: string, addresses?: readonly string[]): Promise<RouteReply<typeof announceServer>>;
	/** A request to sign somebody in, and the secret behind its challenge. */
	entryRequest(redirectUri: string, more?: Json): { readonly request: string; readonly verifier: string };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const secret = (): string => randomBytes(32).toString('base64url');
const bare = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');

const sealDetails = (code: string, details: Json): string => {
	const key = Buffer.from(hkdfSync('sha256', bare(code), '', 'holdfast claim details', 32));
	const nonce = randomBytes(12);
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	const body = [cipher.update(JSON.stringify(details)), cipher.final(), cipher.getAuthTag()];
	return Buffer.concat([nonce, ...body]).toString('base64url');
};

export const makeRogueServer = async (authorityUrl: string): Promise<RogueServer> => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	const key = publicKeyOf(publicKey.export({ format: 'jwk' }).x ?? '');
	const keyName = await keyNameOf(key);
	const statement: RogueServer['statement'] = (claims, header = {}, signature) => {
		const whole = { alg: 'EdDSA', kid: keyName, typ: statementTypes.assertion, ...header };
		const text = `${encode(whole)}.${encode(claims)}`;
		return `${text}.${signature ?? sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
	};
	const base = (lifetimeSeconds: number): Json => {
		const iat = Math.floor(Date.now() / 1000);
		return { iss: keyName, sub: keyName, aud: authorityUrl, jti: secret(), iat, exp: iat + lifetimeSeconds };
	};
	const rogue: RogueServer = {
		keyName,
		statement,
		claimsFor: (route, more = {}) => ({ ...base(60), htm: route.method, htu: route.path, ...more }),
		ask: async (route, input = {}, said) => {
			const path = addressOf(route, input);
			const honest = { ...base(60), htm: route.method, htu: path };
			const response = await fetch(authorityUrl + path, {
				method: route.method,
				headers: {
					[serverAssertionHeader]: said ?? statement(honest),
					...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
			});
			const text = await response.text();
			if (response.status >= 400)
				throw new Refused(response.status, (JSON.parse(text) as { code: string }).code);
			return (text === '' ? undefined : JSON.parse(text)) as never;
		},
		announce: (code, addresses = ['http://192.168.7.7:8420']) => {
			const codeHash = createHash('sha256')
				.update(`holdfast claim\0${bare(code)}`)
				.digest('base64url');
			const claim = { codeHash, details: sealDetails(code, { name: 'Rogue', addresses }) };
			return rogue.ask(announceServer, { body: { key, claim, addresses: [...addresses] } });
		},
		entryRequest: (redirectUri, more = {}) => {
			const verifier = secret();
			const challenge = createHash('sha256').update(verifier).digest('base64url');
			const claims = {
				...base(600),
				...{ redirect_uri: redirectUri, state: secret(), name: 'Rogue' },
				...{ code_challenge: challenge, code_challenge_method: 'S256', ...more },
			};
			return { request: statement(claims, { typ: statementTypes.entry }), verifier };
		},
	};
	return rogue;
};
