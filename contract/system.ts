/** The server itself: is it set up, where is it reached, what is it doing. */
import type { Static } from 'typebox';
import { Type } from './schema.ts';
import { Id, Nullable, TimeMs } from './fields.ts';
import { route } from './route.ts';

export const ServerStatus = Type.Object({
	serverId: Id,
	version: Type.String(),
	/** Derived from the data (is there an owner?), never a flag. */
	hasOwner: Type.Boolean(),
	/** The page came over HTTPS or from localhost: secure cookies, passkeys and clipboard can work. */
	isSecureTransport: Type.Boolean(),
	publicUrl: Nullable(Type.String()),
	/** Films and music are here; else this is an account service alone. */
	hasMedia: Type.Boolean(),
	/** The account service that signs people in here; null where this server does so itself. */
	authority: Nullable(
		Type.Object({
			url: Type.String(),
			isReachable: Type.Boolean(),
			/** When it was last heard from; null where it never was. */
			heardAt: Nullable(TimeMs),
		}),
	),
});
export type ServerStatus = Static<typeof ServerStatus>;

export const getStatus = route({
	method: 'GET',
	path: '/api/status',
	access: 'anyone',
	summary: 'What a page needs to know before anybody signs in',
	reply: ServerStatus,
});

export const listAddresses = route({
	method: 'GET',
	path: '/api/settings/addresses',
	access: 'administrator',
	summary: 'Addresses under which this server may be reached, found on its network cards',
	reply: Type.Object({
		found: Type.Array(Type.String(), { maxItems: 32 }),
		publicUrl: Nullable(Type.String()),
	}),
});

/** The one source of links; `Host` and `Forwarded` are never read for one. */
export const setPublicUrl = route({
	method: 'PUT',
	path: '/api/settings/public-url',
	access: 'administrator',
	summary: 'Set the address that links are made of',
	body: Type.Object({ publicUrl: Type.String({ minLength: 8, maxLength: 200 }) }),
	reply: Type.Object({ publicUrl: Type.String() }),
	errors: ['settings.address.invalid'],
});

/** What the page's event stream carries; each is one `data:` line of JSON. */
export const LiveEvent = Type.Union([
	Type.Object({
		kind: Type.Literal('scan'),
		libraryId: Id,
		state: Type.Union([Type.Literal('running'), Type.Literal('finished'), Type.Literal('failed')]),
		/** Files seen so far by the walk. */
		filesSeen: Type.Integer(),
		/** Files whose headers were read in this scan. */
		filesProbed: Type.Integer(),
		/** Files listed as damaged in this scan. */
		filesDamaged: Type.Integer(),
		/** Null while the walk is still counting. */
		filesTotal: Nullable(Type.Integer()),
		itemsTotal: Type.Integer(),
	}),
	Type.Object({ kind: Type.Literal('library-changed'), libraryId: Id }),
	Type.Object({
		kind: Type.Literal('progress'),
		itemId: Id,
		positionMs: Type.Integer(),
		isWatched: Type.Boolean(),
	}),
	/** The session behind this stream has ended; the stream closes after it. */
	Type.Object({ kind: Type.Literal('signed-out') }),
]);
export type LiveEvent = Static<typeof LiveEvent>;

export const streamEvents = route({
	method: 'GET',
	path: '/api/events',
	access: 'viewer',
	form: 'events',
	summary: 'Live events as server-sent events: scans, changes, my progress elsewhere, signed out',
});

export const getOpenApi = route({
	method: 'GET',
	path: '/api/openapi.json',
	access: 'anyone',
	form: 'bytes',
	summary: 'This API as an OpenAPI 3.1 document',
});
export const getHealth = route({
	method: 'GET',
	path: '/healthz',
	access: 'anyone',
	summary: 'The process answers',
	reply: Type.Object({ status: Type.Literal('ok') }),
});
export const getReady = route({
	method: 'GET',
	path: '/readyz',
	access: 'anyone',
	summary: 'Database and keeper answer too',
	reply: Type.Object({ status: Type.Literal('ready') }),
	errors: ['server.stopping', 'server.keeper-away', 'server.database-busy', 'server.database-away'],
});
export const getMetrics = route({
	method: 'GET',
	path: '/metrics',
	access: 'anyone',
	form: 'bytes',
	summary: 'Counters and gauges in the Prometheus text format; no names, no titles',
});

/** One thing that `holdfast doctor` looked at. */
export const Finding = Type.Object({
	topic: Type.String(),
	state: Type.Union([Type.Literal('good'), Type.Literal('warning'), Type.Literal('bad')]),
	text: Type.String(),
});
export type Finding = Static<typeof Finding>;

export const consoleDoctor = route({
	method: 'GET',
	path: '/console/doctor',
	access: 'console',
	summary: 'What the server finds when it looks at itself',
	reply: Type.Object({ findings: Type.Array(Finding) }),
});
