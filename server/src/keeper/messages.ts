/**
 * What goes over the channel between the keeper and its client: the closed list of verbs with the shape of
 * each request and reply. Both ends check what they receive. Bytes travel as base64url.
 */
import {
	bytesText,
	count,
	counts,
	either,
	idText,
	list,
	literal,
	nothing,
	object,
	orNull,
	text,
	truth,
	type Shape,
	type ValueOf,
} from './shape.ts';

/** Most data keys in one `unwrap`. */
export const unwrapEntriesMax = 200;
/** Most values in one `blindIndex`. */
export const blindIndexValuesMax = 1_000;
/** Longest message that is signed. */
export const signedBytesMax = 64 * 1024;
/** Most requests in one message on the channel. */
export const requestsInBatchMax = 64;

const keyBytes = 32;
const macBytes = 64;
const loginRequestBytes = 96;
const loginResponseBytes = 320;
const recordBytes = 192;
const wrappedBytes = 69;
const sealedStateBytesMax = 1_024;

const personProof = either(
	object({ kind: literal('exchange'), proof: text(256) }),
	object({ kind: literal('session'), token: text(256), sessionMac: text(256) }),
);
const purpose = literal(
	'username',
	'email',
	'unknown-credential',
	'sso-subject',
	'claim-code',
	'server-address',
	'server-viewer',
	'app-subject',
	'user-code',
);
const signingPurpose = literal(
	'event-log',
	'capability',
	'folder-handle',
	'feed-event',
	'feed-checkpoint',
	'server-identity',
);
const record = object({ setupId: idText, record: bytesText(recordBytes) });

interface VerbShape {
	readonly request: Shape<unknown>;
	readonly reply: Shape<unknown>;
	/** Asking twice does no harm, so a request may be sent again after the process died. */
	readonly isRepeatable: boolean;
}

export const verbs = {
	startRegistration: {
		request: object({ credentialId: idText, registrationRequest: bytesText(keyBytes) }),
		reply: object({ registrationResponse: bytesText(2 * keyBytes), setupId: idText }),
		isRepeatable: true,
	},
	startSignIn: {
		request: object({
			known: orNull(object({ credentialId: idText, record, accountId: orNull(idText) })),
			unknownKey: idText,
			startLoginRequest: bytesText(loginRequestBytes),
		}),
		reply: object({
			loginResponse: bytesText(loginResponseBytes),
			sealedState: bytesText(1, sealedStateBytesMax),
		}),
		isRepeatable: true,
	},
	finishSignIn: {
		request: object({
			sealedState: bytesText(1, sealedStateBytesMax),
			finishLoginRequest: bytesText(macBytes),
		}),
		reply: orNull(object({ accountId: idText, proof: text(256), mustReregister: truth })),
		isRepeatable: false,
	},
	newDataKey: {
		request: object({ accountId: idText }),
		reply: object({ dataKey: bytesText(keyBytes), wrapped: bytesText(wrappedBytes) }),
		isRepeatable: true,
	},
	unwrap: {
		request: list(
			object({ accountId: idText, wrapped: bytesText(wrappedBytes), proof: orNull(personProof) }),
			unwrapEntriesMax,
		),
		reply: list(bytesText(keyBytes), unwrapEntriesMax),
		isRepeatable: true,
	},
	newMailKey: {
		request: object({ mailId: idText }),
		reply: object({ dataKey: bytesText(keyBytes), wrapped: bytesText(wrappedBytes) }),
		isRepeatable: true,
	},
	openMailKeys: {
		request: list(object({ mailId: idText, wrapped: bytesText(wrappedBytes) }), unwrapEntriesMax),
		reply: list(bytesText(keyBytes), unwrapEntriesMax),
		isRepeatable: true,
	},
	bindSession: {
		request: object({ accountId: idText, tokenHash: bytesText(keyBytes), proof: orNull(personProof) }),
		reply: bytesText(keyBytes),
		isRepeatable: true,
	},
	blindIndex: {
		request: object({ purpose, values: list(text(320), blindIndexValuesMax) }),
		reply: list(bytesText(keyBytes), blindIndexValuesMax),
		isRepeatable: true,
	},
	sign: {
		request: object({ purpose: signingPurpose, bytes: bytesText(0, signedBytesMax) }),
		reply: bytesText(macBytes),
		isRepeatable: true,
	},
	publicKey: {
		request: object({ purpose: signingPurpose }),
		reply: bytesText(keyBytes),
		isRepeatable: true,
	},
	verify: {
		request: object({ purpose: signingPurpose, bytes: bytesText(0, signedBytesMax), signature: text(256) }),
		reply: truth,
		isRepeatable: true,
	},
	report: {
		request: nothing,
		reply: object({
			startedAt: count,
			answered: counts,
			meteredOpeningsLastHour: count,
			residentBytes: count,
			confinement: list(text(200), 32),
			setupId: idText,
			kitTakenAt: orNull(count),
		}),
		isRepeatable: true,
	},
	takeRecoveryKit: {
		request: object({ serverName: text(200), serverId: text(128) }),
		reply: text(8_192),
		isRepeatable: false,
	},
} as const satisfies Record<string, VerbShape>;

export type Verb = keyof typeof verbs;
export type RequestOf<V extends Verb> = ValueOf<(typeof verbs)[V]['request']>;
export type ReplyOf<V extends Verb> = ValueOf<(typeof verbs)[V]['reply']>;

/** True for the name of a verb; an inherited name such as `constructor` is none. */
export const isVerb = (name: unknown): name is Verb => typeof name === 'string' && Object.hasOwn(verbs, name);

const refusalCode = literal(
	'request.malformed',
	'server.broken',
	'server.keeper-refused',
	'access.sign-in-needed',
	'accounts.flow.expired',
	'accounts.kit.saved-before',
);
/** The faults that the keeper itself may answer with. */
export type RefusalCode = ValueOf<typeof refusalCode>;

export interface Request {
	readonly id: number;
	readonly verb: Verb;
	readonly input: unknown;
}

export type Answer =
	| { readonly id: number; readonly reply: unknown }
	| { readonly id: number; readonly refusal: RefusalCode };

/** What the keeper says: that it is ready, why it cannot start, or its answers to a batch. */
export type FromKeeper =
	| { readonly ready: true }
	| { readonly fatal: string }
	| { readonly answers: readonly Answer[] };

const anything: Shape<unknown> = (_value): _value is unknown => true;

const answer = either(object({ id: count, reply: anything }), object({ id: count, refusal: refusalCode }));

/** Checks a message from the keeper; the reply inside an answer is checked by its verb afterwards. */
export const isFromKeeper = either(
	object({ answers: list(answer, requestsInBatchMax) }),
	either(
		object({ ready: (value: unknown): value is true => value === true }),
		object({ fatal: text(2_000) }),
	),
) satisfies Shape<FromKeeper>;
