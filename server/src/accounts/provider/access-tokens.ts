/** What an app's access token stands for. */
import type { Context } from '../context.ts';
import type { StoredSession } from '../session-store.ts';
import { findArtefact, findGrant } from './artefacts.ts';

/** Asked for by an app that wants to browse and play; without it a token opens nothing here. */
export const mediaScope = 'media';

export interface FoundAccess {
	readonly session: StoredSession;
	/** The session's own secret, which the token carries. */
	readonly secret: string;
	readonly usableUntil: number;
	readonly keyThumbprint: string | null;
}

/**
 * The live session behind an access token; null for whatever is wrong, a bound token shown without
 * its key and
 * the other way round included (RFC 9449 7.1).
 */
export const findByAccessToken = async (
	needs: Pick<Context, 'db' | 'clock' | 'events'>,
	shown: { readonly token: string; readonly isKeyProven: boolean },
): Promise<FoundAccess | null> => {
	const found = await findArtefact(needs, { kind: 'AccessToken', id: shown.token });
	if (!found) return null;
	const { grantId, scope, exp, jkt } = found.payload;
	const session = await findGrant(needs, grantId);
	const mayPlay = scope?.split(' ').includes(mediaScope) === true;
	const isRightScheme = (jkt !== undefined) === shown.isKeyProven;
	if (!session || !mayPlay || !isRightScheme || grantId === undefined || exp === undefined) return null;
	return { session, secret: grantId, usableUntil: exp * 1_000, keyThumbprint: jkt ?? null };
};
