/** The endings of this process in order, as the gate reads them: the sessions that the feed or a cut ended. */
import type { Authority, SecurityEvent } from '../authority.ts';

/** Readers come at least four times a second; nobody is so far behind. */
const keptMax = 50_000;

export interface LocalEndings extends Pick<Authority, 'eventsAfter' | 'onNews'> {
	push(sessionIds: readonly string[], at: number): void;
	readonly newest: number;
}

export const createLocalEndings = (): LocalEndings => {
	let newest = 0;
	let kept: SecurityEvent[] = [];
	const wakers = new Set<() => void>();
	return {
		push: (sessionIds, at) => {
			if (sessionIds.length === 0) return;
			for (const sessionId of sessionIds) {
				newest += 1;
				const nobody = { accountId: null, epoch: null, issuerId: null };
				kept.push({ position: newest, kind: 'session-ended', at, sessionId, ...nobody });
			}
			if (kept.length > keptMax) kept = kept.slice(-keptMax);
			for (const wake of wakers) wake();
		},
		get newest() {
			return newest;
		},
		eventsAfter: (cursor, limit) => {
			const first = kept[0]?.position ?? newest + 1;
			const from = Math.max(0, cursor + 1 - first);
			const events = kept.slice(from, from + limit);
			return Promise.resolve({ events, cursor: events.at(-1)?.position ?? Math.max(cursor, newest) });
		},
		onNews: (wake) => {
			wakers.add(wake);
			return Promise.resolve(() => {
				wakers.delete(wake);
				return Promise.resolve();
			});
		},
	};
};
