/** What apps call a person. */
import type { Context } from '../context.ts';
import type { AppClient } from './clients.ts';

/**
 * A media server of this service knows people by the ids that its feed of events names. Every other app gets
 * one of its own, which no other app can match: a keyed hash whose key never leaves the keeper.
 */
export const subjectOf = async (
	{ keeper }: Pick<Context, 'keeper'>,
	client: Pick<AppClient, 'clientId' | 'kind'>,
	accountId: string,
): Promise<string> => {
	if (client.kind === 'server') return accountId;
	const [subject] = await keeper.blindIndex('app-subject', [`${client.clientId} ${accountId}`]);
	return subject!;
};
