/** The use cases of recovery over one context. */
import type { Actor, ClientFacts, Context } from '../context.ts';
import { type BreachedPasswords, createBreachedPasswords } from './breached-passwords.ts';
import { startHandOver, startHandOverOnMachine } from './hand-over.ts';
import { finishReset, requestReset, startReset } from './reset.ts';

type Caller = Pick<ClientFacts, 'address'>;

export const useRecovery = (context: Context) => {
	const breached = createBreachedPasswords({ ...context, config: context.breachedPasswords });
	return { ...useResets(context), passwordRange: passwordRange(context, breached) };
};

/** Counted like everything that strangers may ask. */
const passwordRange =
	({ attempts }: Pick<Context, 'attempts'>, breached: BreachedPasswords) =>
	(prefix: string, client: Caller): Promise<string> => {
		attempts.enter(client.address);
		return breached.range(prefix);
	};

const useResets = (context: Context) => ({
	requestReset: (input: Parameters<typeof requestReset>[1], client: Caller) =>
		requestReset(context, input, client),
	startReset: (input: Parameters<typeof startReset>[1], client: Caller) => startReset(context, input, client),
	finishReset: (input: Parameters<typeof finishReset>[1], client: Caller) =>
		finishReset(context, input, client),
	startHandOver: (actor: Pick<Actor, 'accountId' | 'sessionId'>, accountId: string) =>
		startHandOver(context, actor, accountId),
	startHandOverOnMachine: (input: Parameters<typeof startHandOverOnMachine>[1]) =>
		startHandOverOnMachine(context, input),
});
