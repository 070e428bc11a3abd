/** What apps call a person. */
import type { Context } from '../context.ts';

/**
 * A media server of this service knows people by the ids that its feed of events names. Every other app gets
 * one of its own, which no other app can match: a keyed hash whose key never leaves the keeper.
 */
export const subjectOf = async (
	{ db, keeper }: Pick<Context, 'db' | 'keeper'>,
	clientId: string,
	accountId: string,
): Promise<string> => {
	const row = await db.query
		.selectFrom('client')
		.select('kind')
		.where('clientId', '=', clientId)
		.executeTakeFirst();
	if (row?.kind === 'server') return accountId;
	const [subject] = await keeper.blindIndex('app-subject', [`${clientId} ${accountId}`]);
	return subject!;
};
