/** Security events as other programs read them: security event tokens (RFC 8417, CAEP, RISC). Pure. */
import { eventAudience, eventTypes } from '@holdfast/contract/feed';
import type { Claims } from '#platform/jws.ts';
import type { SecurityEventRow } from '../tables.ts';

export type FeedRow = Pick<
	SecurityEventRow,
	'eventId' | 'position' | 'kind' | 'at' | 'accountId' | 'sessionId' | 'serverId' | 'epoch' | 'issuerId'
>;

/** What media servers are told; everything else is nobody's business there. */
export const toldKinds = [
	'session-ended',
	'account-epoch-raised',
	'issuer-floor-raised',
	'credential-changed',
	'account-deactivated',
	'account-leaving',
	'account-deleted',
	'server-released',
	'server-person-changed',
	'server-person-removed',
] as const;

export type ToldKind = (typeof toldKinds)[number];

/** About nobody in particular, or somebody whose grants went with the account: every server hears of it. */
export const kindsForAll: readonly ToldKind[] = ['issuer-floor-raised', 'account-deleted'];

const opaque = (id: string) => ({ format: 'opaque', id });

/** Accounts and sessions by opaque ids, never by a name (RFC 9493). */
const subjectOf = ({ accountId, sessionId }: FeedRow, issuer: string): Claims => {
	if (accountId === null) return { format: 'uri', uri: issuer };
	if (sessionId === null) return opaque(accountId);
	return { format: 'complex', user: opaque(accountId), session: opaque(sessionId) };
};

const typeOf: Readonly<Record<ToldKind, string>> = {
	'session-ended': eventTypes.sessionRevoked,
	'account-epoch-raised': eventTypes.sessionRevoked,
	'issuer-floor-raised': eventTypes.floorRaised,
	'credential-changed': eventTypes.credentialChange,
	'account-deactivated': eventTypes.accountDisabled,
	'account-leaving': eventTypes.accountDisabled,
	'account-deleted': eventTypes.accountPurged,
	'server-released': eventTypes.serverReleased,
	'server-person-changed': eventTypes.personChanged,
	'server-person-removed': eventTypes.personChanged,
};

const detailOf = (kind: ToldKind, { epoch, issuerId, serverId }: FeedRow): Claims => {
	switch (kind) {
		case 'account-epoch-raised':
			return { epoch };
		case 'issuer-floor-raised':
			return { scope: 'issuer', issuer: issuerId, epoch };
		case 'credential-changed':
			return { credential_type: 'password', change_type: 'update' };
		case 'server-released':
		case 'server-person-changed':
		case 'server-person-removed':
			return { server: serverId };
		default:
			return {};
	}
};

/**
 * The claims of an event. No `exp` and no `sub`, so that it can never pass for a token of another kind; the
 * same for every server, so that it is signed once.
 */
export const eventClaims = (row: FeedRow & { readonly position: number }, issuer: string): Claims => {
	const kind = row.kind as ToldKind;
	const atSeconds = Math.floor(row.at / 1000);
	return {
		iss: issuer,
		aud: eventAudience,
		iat: atSeconds,
		jti: row.eventId,
		sub_id: subjectOf(row, issuer),
		position: row.position,
		events: { [typeOf[kind]]: { event_timestamp: atSeconds, ...detailOf(kind, row) } },
	};
};
