/** The session that a request came with, looked at again where it is used. */
import { Fault } from '#platform/fault.ts';
import type { AccountSeal } from '../keeper/index.ts';
import type { Actor, Context } from './context.ts';
import { proofOfSession } from './session-making.ts';
import { findOwnSession, type StoredSession } from './session-store.ts';

/** What reading a session takes. */
export type Reading = Pick<Context, 'db' | 'clock' | 'sealer'>;

/** A session with what opens its person's fields. */
export interface Opened {
	readonly session: StoredSession;
	readonly seal: AccountSeal;
}

/** The actor's own session, looked at again, and the seal that it opens. */
export const openOwn = async (needs: Reading, actor: Actor): Promise<Opened> => {
	const session = await findOwnSession(needs.db.query, actor, needs.clock.now());
	if (!session) throw new Fault('access.sign-in-needed');
	const seal = await needs.sealer.open(
		actor.accountId,
		session.wrapped,
		proofOfSession(session, actor.token),
	);
	return { session, seal };
};
