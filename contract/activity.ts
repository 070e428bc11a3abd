/** What happened to an account, in words its owner understands: why was I asked, what was changed, by whom. */
import type { Static } from 'typebox';
import { Id, Nullable, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

export const ActivityEntry = Type.Object({
	eventId: Id,
	/** A word of the closed list of security events, such as `signed-in`. */
	kind: Type.String(),
	/** What made it happen, such as `password-reset`. */
	cause: Type.String(),
	at: TimeMs,
	/** The session it was done with, where it still exists. */
	sessionLabel: Nullable(Type.String()),
	/** It was done by somebody else: an administrator, or on the machine. */
	isByOthers: Type.Boolean(),
	/** Why the server asked for more or slowed down, as codes of the policy. */
	reasons: Type.Array(Type.String(), { maxItems: 8 }),
});
export type ActivityEntry = Static<typeof ActivityEntry>;

export const listActivity = route({
	method: 'GET',
	path: '/api/activity',
	access: 'self',
	summary: 'What happened to my account, newest first, a page at a time',
	query: Type.Object({
		before: Type.Optional(Id),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
	}),
	reply: Type.Object({ entries: Type.Array(ActivityEntry, { maxItems: 100 }), next: Nullable(Id) }),
});
