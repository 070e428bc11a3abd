/** What a batch of security events means for sessions that are held in memory. Pure. */
import type { LiveSession, SecurityEvent } from './authority.ts';

/**
 * What a batch ends and changes. Epochs are the ones that hold now: a session made under a lower one is dead.
 */
export interface Endings {
	readonly sessionIds: ReadonlySet<string>;
	readonly accountEpochs: ReadonlyMap<string, number>;
	/** By provider: its sessions made up to then are dead. */
	readonly issuerFloors: ReadonlyMap<string, number>;
	readonly serverEpoch: number;
	readonly globalEpoch: number;
	/** Accounts of which something else changed, such as the role: look again before the next use. */
	readonly changedAccountIds: ReadonlySet<string>;
	/** What is asked of everybody changed: look at every session again. */
	readonly isEverybodyChanged: boolean;
}

/** Null where no event of the batch concerns sessions, which is nearly always. */
export const endingsOf = (events: readonly SecurityEvent[]): Endings | null => {
	const sessionIds = new Set<string>();
	const accountEpochs = new Map<string, number>();
	const changedAccountIds = new Set<string>();
	const issuerFloors = new Map<string, number>();
	const isEverybodyChanged = events.some(({ kind }) => kind === 'factor-policy-changed');
	let serverEpoch = 0;
	let globalEpoch = 0;
	for (const { kind, accountId, sessionId, epoch, issuerId } of events) {
		if (kind === 'session-ended' && sessionId !== null) sessionIds.add(sessionId);
		if (kind === 'account-changed' && accountId !== null) changedAccountIds.add(accountId);
		if (epoch === null) continue;
		if (kind === 'account-epoch-raised' && accountId !== null) accountEpochs.set(accountId, epoch);
		if (kind === 'issuer-floor-raised' && issuerId !== null) issuerFloors.set(issuerId, epoch);
		if (kind === 'server-epoch-raised') serverEpoch = Math.max(serverEpoch, epoch);
		if (kind === 'global-epoch-raised') globalEpoch = Math.max(globalEpoch, epoch);
	}
	const epochs = { accountEpochs, issuerFloors, serverEpoch, globalEpoch };
	const endings: Endings = { sessionIds, ...epochs, changedAccountIds, isEverybodyChanged };
	return isNothing(endings) ? null : endings;
};

const isNothing = (endings: Endings): boolean => {
	const { sessionIds, accountEpochs, issuerFloors, changedAccountIds, serverEpoch, globalEpoch } = endings;
	const named = sessionIds.size + accountEpochs.size + changedAccountIds.size + issuerFloors.size;
	return named + serverEpoch + globalEpoch === 0 && !endings.isEverybodyChanged;
};

export const isEndedBy = (session: LiveSession, endings: Endings): boolean =>
	endings.sessionIds.has(session.sessionId) ||
	session.accountEpoch < (endings.accountEpochs.get(session.accountId) ?? 0) ||
	(session.issuerId !== null && session.createdAt <= (endings.issuerFloors.get(session.issuerId) ?? -1)) ||
	session.serverEpoch < endings.serverEpoch ||
	session.globalEpoch < endings.globalEpoch;

/** Something about its person changed: the authority is asked again before the next use. */
export const isChangedBy = (session: LiveSession, endings: Endings): boolean =>
	endings.isEverybodyChanged || endings.changedAccountIds.has(session.accountId);
