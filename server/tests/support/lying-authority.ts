/** An account service that says to its media server what a test tells it to, in its own name and signature. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventAudience, eventTypes, statementTypes } from '@holdfast/contract/feed';
import * as contract from '@holdfast/contract/servers';
import { keyNameOf, publicKeyOf } from '../../src/platform/jws.ts';

type Json = Record<string, unknown>;

interface Key {
	readonly x: string;
	readonly name: string;
	readonly privateKey: KeyObject;
}

/** What a media server asked, as far as an answer depends on it. */
export interface Asked {
	readonly after: number;
	readonly nonce: string;
	readonly keyName: string;
}

export interface Answer {
	readonly sets: Readonly<Record<string, string>>;
	readonly checkpoint: string;
	readonly moreAvailable: boolean;
}

export interface LyingAuthority extends AsyncDisposable {
	readonly url: string;
	readonly serverId: string;
	/** What is said otherwise of whoever comes in from now on. */
	letIn(more: Partial<contract.Entered>): void;
	/** How polls are answered from now on; null: honestly, with nothing new. */
	say(answer: ((asked: Asked) => Answer) | null): void;
	statement(use: 'event' | 'checkpoint' | 'stranger', claims: Json, header?: Json): string;
	/** The honest claims of an event that ends every session of the person who entered. */
	eventClaims(position: number, jti: string, more?: Json): Json;
	checkpointClaims(asked: Asked, position: number, events: readonly string[], more?: Json): Json;
	/** Bodies of everything that was asked, as they came. */
	readonly bodies: readonly string[];
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const makeKey = async (): Promise<Key> => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	const x = publicKey.export({ format: 'jwk' }).x ?? '';
	return { x, name: await keyNameOf(publicKeyOf(x)), privateKey };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
};

const assertionOf = (request: IncomingMessage): { readonly jti: string; readonly iss: string } => {
	const header = String(request.headers[contract.serverAssertionHeader] ?? '');
	const claims = Buffer.from(header.split('.')[1] ?? '', 'base64url').toString('utf8');
	return claims === '' ? { jti: '', iss: '' } : (JSON.parse(claims) as { jti: string; iss: string });
};

/** So that an honest server does not ask without a pause. */
const pauseMs = 50;
const startPosition = 10;

const ownerId = 'owner000000000000000000x';

/** The owner, who comes in again and again. */
const owner = (): contract.Entered => ({
	...{ sessionId: 'session0000000000000000x', accountId: ownerId, username: 'ada', displayName: 'Ada' },
	...{ role: 'owner', isHousehold: true, viewerId: 'viewer000000000000000000', issuerId: null },
	...{ accountEpoch: 1, serverEpoch: 1, globalEpoch: 1, position: startPosition },
	...{ level: 1, highestLevel: 1, authenticatedAt: Date.now(), expiresAt: Date.now() + 86_400_000 },
});

/** Answers in JSON on a free port. */
const serve = async (answer: (request: IncomingMessage) => Promise<unknown>) => {
	const server = createServer((request, response) => {
		void (async () => {
			const said = JSON.stringify(await answer(request));
			response.setHeader('content-type', 'application/json').end(said);
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** Signs whatever it is given, with whichever key. */
const signerOver =
	(keys: Readonly<Record<'event' | 'checkpoint' | 'stranger', Key>>): LyingAuthority['statement'] =>
	(use, claims, header = {}) => {
		const key = keys[use];
		const text = `${encode({ alg: 'EdDSA', kid: key.name, typ: statementTypes.event, ...header })}.${encode(claims)}`;
		return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
	};

export const startLyingAuthority = async (): Promise<LyingAuthority> => {
	const keys = { event: await makeKey(), checkpoint: await makeKey(), stranger: await makeKey() };
	const serverId = 'server00000000000000000x';
	const bodies: string[] = [];
	let saying: ((asked: Asked) => Answer) | null = null;
	let url = '';
	let sessions = 0;
	let entering: Partial<contract.Entered> = {};
	const statement = signerOver(keys);
	const checkpointClaims: LyingAuthority['checkpointClaims'] = (asked, position, events, more = {}) => ({
		...{ iss: url, aud: asked.keyName, nonce: asked.nonce, after: asked.after },
		...{ position, at: Date.now(), events, ...more },
	});
	const honest = (asked: Asked): Answer => {
		const claims = checkpointClaims(asked, asked.after, []);
		const checkpoint = statement('checkpoint', claims, { typ: statementTypes.checkpoint });
		return { sets: {}, checkpoint, moreAvailable: false };
	};
	const kept = (use: 'event' | 'checkpoint') => ({
		...publicKeyOf(keys[use].x),
		kid: `${use}:${keys[use].name}`,
		use: 'sig',
	});
	const answer = async (request: IncomingMessage, body: string): Promise<unknown> => {
		const { jti, iss } = assertionOf(request);
		if (request.url === contract.getFeedKeys.path)
			return { issuer: url, keys: [kept('event'), kept('checkpoint')] };
		if (request.url === contract.announceServer.path)
			return { state: 'claimed', serverId, ownerId, position: startPosition };
		if (request.url === contract.redeemEntry.path) {
			sessions += 1;
			return {
				...owner(),
				sessionId: `session0000000000000000${sessions}`,
				position: startPosition,
				...entering,
			};
		}
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
		const { after } = JSON.parse(body) as { after: number };
		return (saying ?? honest)({ after, nonce: jti, keyName: iss });
	};
	const { server, origin } = await serve(async (request) => {
		const body = await readBody(request);
		bodies.push(body);
		return answer(request, body);
	});
	url = origin;
	return {
		...{ url, serverId, statement, checkpointClaims, bodies },
		letIn: (more) => {
			entering = more;
		},
		say: (next) => {
			saying = next;
		},
		eventClaims: (position, jti, more = {}) => ({
			...{ iss: url, aud: eventAudience, iat: Math.floor(Date.now() / 1000), jti, position },
			sub_id: { format: 'opaque', id: ownerId },
			events: { [eventTypes.sessionRevoked]: { event_timestamp: 0, epoch: 2 } },
			...more,
		}),
		[Symbol.asyncDispose]: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
};
