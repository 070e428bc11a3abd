/**
 * Signing in through the account service: the browser is sent there with a request that this server signed,
 * and comes back with a code that only this server can trade (authorization code with PKCE, RFC 7636, the
 * server proving itself with its key). Nothing secret stands in a query: requests and codes go in fragments.
 */
import { createHash } from 'node:crypto';
import { approvePath, enterPath } from '@holdfast/contract/feed';
import { type Entered, redeemEntry } from '@holdfast/contract/servers';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import { toFlag } from '#platform/db/types.ts';
import { Fault, isFault } from '#platform/fault.ts';
import { hashOf, isEqualSecret, newSecret } from '#platform/ids.ts';
import type { AuthorityClient } from './authority-client.ts';
import { insertSession } from './far-store.ts';
import type { Identity } from './identity.ts';
import type { AccessTables, FarSessionRow } from './tables.ts';
import { sealUnderToken } from './token-seal.ts';

/** Browsers that are at the account service right now; the oldest goes first. */
const pendingMax = 1_000;
const pendingForMs = 10 * 60_000;

interface Pending {
	readonly state: string;
	readonly verifier: string;
	readonly redirectUri: string;
	readonly until: number;
}

/** What is known of the person in a session, beside what the gate needs. */
export interface FarPerson {
	readonly viewerId: string;
	readonly username: string;
	readonly displayName: string;
	readonly label: string;
}

export interface EnteringNeeds {
	readonly authority: string;
	readonly identity: Identity;
	readonly client: AuthorityClient;
	readonly clock: Pick<Clock, 'now'>;
	readonly db: Database<AccessTables>;
	readonly serverName: string;
	readonly addresses: () => readonly string[];
	/** Throws where nobody new may come in now. */
	readonly assertOpen: () => void;
}

export interface Entering {
	begin(origin: string): Promise<{ readonly flow: string; readonly url: string }>;
	/** Returns the new session's token, seen this once. */
	finish(
		back: { readonly flow: string; readonly code: string; readonly state: string; readonly iss: string },
		label: string,
	): Promise<{ readonly token: string }>;
}

const rowOf = (entered: Entered, token: string, label: string, now: number): FarSessionRow => {
	const { username, displayName, viewerId } = entered;
	const person: FarPerson = { viewerId, username, displayName, label };
	return {
		sessionId: entered.sessionId,
		tokenHash: hashOf(token),
		accountId: entered.accountId,
		role: entered.role,
		isHousehold: toFlag(entered.isHousehold),
		accountEpoch: entered.accountEpoch,
		serverEpoch: entered.serverEpoch,
		globalEpoch: entered.globalEpoch,
		issuerId: entered.issuerId,
		position: entered.position,
		level: entered.level,
		highestLevel: entered.highestLevel,
		authenticatedAt: entered.authenticatedAt,
		createdAt: now,
		expiresAt: entered.expiresAt,
		sealed: sealUnderToken(token, entered.sessionId, JSON.stringify(person)),
	};
};

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

export const createEntering = (needs: EnteringNeeds): Entering => {
	/** By hash of the flow, which the page keeps. Memory only: a verifier is a secret, and a restart is rare. */
	const pending = new Map<string, Pending>();
	const take = (flow: string): Pending | null => {
		const key = hashOf(flow);
		const found = pending.get(key);
		pending.delete(key);
		return found && found.until > needs.clock.now() ? found : null;
	};
	const failed = (cause?: unknown): Fault => new Fault('access.entry-failed', { cause });
	return {
		begin: async (origin) => {
			needs.assertOpen();
			if (!needs.addresses().includes(origin)) throw new Fault('access.address-unknown');
			const [flow, state, verifier] = [newSecret(), newSecret(), newSecret()];
			const redirectUri = origin + enterPath;
			const { serverName } = needs;
			const challenge = challengeOf(verifier);
			const request = await needs.identity.entryRequest({ redirectUri, state, challenge, serverName });
			pending.set(hashOf(flow), { state, verifier, redirectUri, until: needs.clock.now() + pendingForMs });
			if (pending.size > pendingMax) pending.delete(pending.keys().next().value!);
			return { flow, url: `${needs.authority}${approvePath}#request=${request}` };
		},
		finish: async ({ flow, code, state, iss }, label) => {
			needs.assertOpen();
			const begun = take(flow);
			// Another service's answer is not taken for this one's (RFC 9700 4.4).
			if (!begun || !isEqualSecret(begun.state, state) || iss !== needs.authority) throw failed();
			const body = { code, codeVerifier: begun.verifier, redirectUri: begun.redirectUri };
			const { reply } = await needs.client.ask(redeemEntry, { body }).catch((cause: unknown) => {
				throw isFault(cause, 'access.authority-away') ? cause : failed(cause);
			});
			const token = newSecret();
			const row = rowOf(reply, token, label, needs.clock.now());
			if (!(await needs.db.transaction((tx) => insertSession(tx, row)))) throw failed();
			return { token };
		},
	};
};
