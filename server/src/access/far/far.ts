/** The far account service as this media server knows it, behind the same seam as one in the same process. */
import type { Signed } from '@holdfast/contract/accounts';
import { claimPath } from '@holdfast/contract/feed';
import { endServerSession, giveUpClaim } from '@holdfast/contract/servers';
import type { Clock } from '#platform/clock.ts';
import type { AuthorityConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/db/database.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import type { Logger } from '#platform/log.ts';
import type { Authority, LiveSession } from '../authority.ts';
import { type AuthorityClient, createAuthorityClient } from './authority-client.ts';
import { createEntering, type Entering, type FarPerson } from './entering.ts';
import { deleteByToken, findSession, sessionIdsOf, sweepFar } from './far-store.ts';
import { type Feed, type FeedStart, openFeed } from './feed.ts';
import { createIdentity, type IdentityKey } from './identity.ts';
import { createLocalEndings, type LocalEndings } from './local-endings.ts';
import type { AccessTables, FarSessionRow } from './tables.ts';
import { openUnderToken } from './token-seal.ts';

/** How soon after its grace a stream that is open is cut. */
const lookForCutEveryMs = 5_000;

/** As the account service shows it beside the code. */
const shownKeyCharacters = 8;

export interface FarNeeds {
	readonly config: AuthorityConfig;
	readonly db: Database<AccessTables>;
	readonly clock: Clock;
	readonly log: Logger;
	readonly identity: IdentityKey;
	/** What this machine calls itself, until its owner names it. */
	readonly name: string;
}

/** How the account service stands, for the status, the console and `holdfast doctor`. */
export interface FarStatus {
	readonly url: string;
	readonly keyName: string;
	readonly isClaimed: boolean;
	readonly claimCode: string | null;
	readonly isReachable: boolean;
	readonly heardAt: number | null;
	readonly position: number | null;
	readonly alarm: string | null;
}

/** One media server's far account service; whoever opened it disposes it. */
export interface Far extends AsyncDisposable {
	readonly authority: Authority;
	readonly entering: Entering;
	/** Starts to talk. Resolves at once: an account service that is away is no reason not to start. */
	begin(start: FeedStart): Promise<void>;
	isClaimed(): boolean;
	/** The code that claims this server and the page for it; null where it has been claimed. */
	claim(): { readonly code: string; readonly url: string; readonly keyName: string } | null;
	status(): FarStatus;
	/** Who is signed in by this token. @throws access.sign-in-needed */
	readSession(token: string): Promise<Signed>;
	/** Ends the session here at once, and tells the account service as soon as it can. */
	signOut(token: string): Promise<void>;
	/** Nobody's server again. `isTold`: the account service knows it too. */
	release(): Promise<{ readonly claimCode: string; readonly isTold: boolean }>;
	sweep(): Promise<void>;
}

type Room = FarNeeds & {
	readonly feed: Feed;
	readonly client: AuthorityClient;
	readonly endings: LocalEndings;
};

const graceOf = ({ config }: Pick<Room, 'config'>, isHousehold: boolean): number =>
	isHousehold ? config.householdGraceMs : config.friendsGraceMs;

/** Nothing good was heard for longer than these people may go on without. */
const isCutFor = (room: Room, isHousehold: boolean): boolean => {
	const heardAt = room.feed.facts.state?.heardAt ?? null;
	return heardAt === null || room.clock.now() - heardAt >= graceOf(room, isHousehold);
};

const away = (room: Room): Fault => {
	const heardAt = room.feed.facts.state?.heardAt ?? null;
	return new Fault('access.authority-away', heardAt === null ? {} : { detail: { since: heardAt } });
};

const personOf = (token: string, row: FarSessionRow): FarPerson =>
	JSON.parse(openUnderToken(token, row.sessionId, row.sealed)) as FarPerson;

const find = async (room: Room, token: string): Promise<FarSessionRow | null> => {
	const row = await findSession(room.db.query, hashOf(token), room.clock.now());
	if (!row) return null;
	if (isCutFor(room, row.isHousehold === 1)) throw away(room);
	return row;
};

const liveOf = (token: string, row: FarSessionRow): LiveSession => ({
	sessionId: row.sessionId,
	accountId: row.accountId,
	role: row.role,
	viewerId: personOf(token, row).viewerId,
	accountEpoch: row.accountEpoch,
	serverEpoch: row.serverEpoch,
	globalEpoch: row.globalEpoch,
	issuerId: row.issuerId,
	createdAt: row.createdAt,
	expiresAt: row.expiresAt,
	scope: 'full',
	level: row.level,
	highestLevel: row.highestLevel,
	authenticatedAt: row.authenticatedAt,
	mustAddFactor: false,
});

const authorityOver = (room: Room): Authority => ({
	resolveSession: async (token) => {
		const row = await find(room, token);
		return row && liveOf(token, row);
	},
	eventsAfter: room.endings.eventsAfter,
	// What was missed while this server was off is acted on before the first session is looked at.
	newestPosition: async () => {
		await room.feed.settled();
		return room.endings.newest;
	},
	onNews: room.endings.onNews,
});

const signedOf = (token: string, row: FarSessionRow): Signed => {
	const { username, displayName, label } = personOf(token, row);
	return {
		person: { accountId: row.accountId, username, displayName, role: row.role },
		session: {
			sessionId: row.sessionId,
			kind: 'browser',
			scope: 'full',
			label,
			network: null,
			place: null,
			level: row.level,
			isKeyBound: false,
			createdAt: row.createdAt,
			lastUsedAt: row.createdAt,
			expiresAt: row.expiresAt,
			isCurrent: true,
		},
	};
};

/**
 * Streams that were open when a grace ended are cut; the sessions stay, and go on when the account service is
 * heard from again.
 */
const watchForCuts = (room: Room) => {
	const isCut = { friends: false, household: false };
	const look = async (who: keyof typeof isCut): Promise<void> => {
		const isHousehold = who === 'household';
		const isNow = isCutFor(room, isHousehold);
		if (isNow && !isCut[who])
			room.endings.push(await sessionIdsOf(room.db.query, isHousehold), room.clock.now());
		isCut[who] = isNow;
	};
	return room.clock.every(lookForCutEveryMs, async () => {
		try {
			await look('friends');
			await look('household');
		} catch (error) {
			room.log.warn({ err: error }, 'could not look for sessions whose grace is over');
		}
	});
};

const tell = async (room: Room, work: Promise<unknown>): Promise<boolean> => {
	try {
		await work;
		return true;
	} catch (error) {
		room.log.warn({ err: error }, 'the account service could not be told');
		return false;
	}
};

const signOut = async (room: Room, token: string): Promise<void> => {
	const ended = await room.db.transaction((tx) => deleteByToken(tx, hashOf(token)));
	if (!ended) return;
	const { sessionId } = ended;
	room.endings.push([sessionId], room.clock.now());
	void tell(room, room.client.ask(endServerSession, { params: { sessionId } }));
};

const assertOpen = (room: Room): void => {
	if (room.feed.facts.state?.serverId == null) throw new Fault('access.unclaimed');
	if (!room.feed.facts.isReachable) throw away(room);
};

/** Opens what was kept from before; `begin` starts to talk. */
export const openFar = async (needs: FarNeeds): Promise<Far> => {
	const { config, clock, db, log } = needs;
	const authority = config.url;
	const identity = await createIdentity({ identity: needs.identity, clock, authority });
	const client = createAuthorityClient({ authority, identity, clock });
	const endings = createLocalEndings();
	const serverName = needs.name;
	const feed = await openFeed({ authority, db, clock, log, identity, client, endings, serverName });
	const room: Room = { ...needs, feed, client, endings };
	const { facts } = feed;
	const cuts = watchForCuts(room);
	const { addresses } = feed;
	return {
		authority: authorityOver(room),
		entering: createEntering({
			...{ authority, identity, client, clock, db, serverName, addresses },
			assertOpen: () => assertOpen(room),
		}),
		begin: (start) => Promise.resolve(feed.begin(start)),
		isClaimed: () => facts.state?.serverId != null,
		claim: () =>
			facts.claimCode === null
				? null
				: {
						code: facts.claimCode,
						url: authority + claimPath,
						keyName: identity.name.slice(0, shownKeyCharacters),
					},
		status: () => ({
			url: authority,
			keyName: identity.name,
			isClaimed: facts.state?.serverId != null,
			claimCode: facts.claimCode,
			isReachable: facts.isReachable,
			heardAt: facts.state?.heardAt ?? null,
			position: facts.state?.position ?? null,
			alarm: facts.alarm,
		}),
		readSession: async (token) => {
			const row = await find(room, token);
			if (!row) throw new Fault('access.sign-in-needed');
			return signedOf(token, row);
		},
		signOut: (token) => signOut(room, token),
		release: async () => {
			const isTold = await tell(room, client.ask(giveUpClaim, {}));
			await feed.release();
			return { claimCode: facts.claimCode ?? '', isTold };
		},
		sweep: () => db.transaction((tx) => sweepFar(tx, clock.now())),
		[Symbol.asyncDispose]: async () => {
			cuts.stop();
			await feed[Symbol.asyncDispose]();
		},
	};
};
