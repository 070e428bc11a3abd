/** Under what a provider's person is found: a keyed index of issuer and subject together, and nothing else. */
import { hashOf } from '#platform/ids.ts';
import type { Context } from '../context.ts';

const indexOf = async ({ keeper }: Pick<Context, 'keeper'>, parts: readonly string[]): Promise<string> =>
	(await keeper.blindIndex('sso-subject', [hashOf(JSON.stringify(parts))]))[0]!;

/** The same subject at another issuer is somebody else. */
export const subjectIndexOf = (
	needs: Pick<Context, 'keeper'>,
	issuer: string,
	subject: string,
): Promise<string> => indexOf(needs, ['subject', issuer, subject]);

export const sessionIndexOf = (
	needs: Pick<Context, 'keeper'>,
	issuer: string,
	sid: string,
): Promise<string> => indexOf(needs, ['session', issuer, sid]);
