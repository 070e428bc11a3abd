/** Letting in an app that sent the person's browser here: what it asks for, and the yes. */
import type { AuthorizationRequest } from '@holdfast/contract/provider';
import { Fault } from '#platform/fault.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { LetInFacts } from '../flows.ts';
import { openPerson } from '../people.ts';
import { openOwn } from '../sessions.ts';
import type { StoredSession } from '../session-store.ts';
import { mediaScope } from './access-tokens.ts';
import { answerInteraction } from './artefacts.ts';
import { findClient } from './clients.ts';
import { prepareLetting } from './letting-in.ts';

/** An app's question, as the protocol's library checked it. */
export interface Asked {
	/** Names the question; its first answer spends it. */
	readonly requestId: string;
	readonly clientId: string;
	readonly scope: string;
	readonly redirectUri: string;
	readonly askedAt: number;
	/** `prompt=login`: not before the person has proven themselves after it was asked. */
	readonly isProofAsked: boolean;
	/** `max_age`: how old the proof may be; null where it does not matter. */
	readonly proofAgeMaxMs: number | null;
	/** `acr_values`: the level that is wanted; 1 where it does not matter. */
	readonly level: 1 | 2;
}

/** Between approval and the app's coming for its token. */
const waitMaxMs = 2 * 60_000;

const isProofNeeded = (own: StoredSession, asked: Asked, now: number): boolean => {
	if (own.level < asked.level && own.highestLevel >= asked.level) return true;
	if (asked.isProofAsked && own.authenticatedAt < asked.askedAt) return true;
	return asked.proofAgeMaxMs !== null && now - own.authenticatedAt > asked.proofAgeMaxMs;
};

const scopesOf = (scope: string): Set<string> => new Set(scope.split(' '));

const clientOf = async (needs: Context, asked: Asked) => {
	const client = await findClient(needs, asked.clientId);
	if (!client || client.kind === 'tv') throw new Fault('accounts.app.absent');
	return { ...client, kind: client.kind };
};

/** @throws accounts.app.absent */
export const lookAtAuthorization = async (
	needs: Context,
	actor: Actor,
	asked: Asked,
): Promise<AuthorizationRequest> => {
	const client = await clientOf(needs, asked);
	const { session: own, seal } = await openOwn(needs, actor);
	const scopes = scopesOf(asked.scope);
	const { protocol, host } = new URL(asked.redirectUri);
	return {
		app: client.name,
		kind: client.kind,
		returnTo: `${protocol}//${host}`,
		wantsName: scopes.has('profile'),
		wantsMedia: scopes.has(mediaScope),
		isProofNeeded: isProofNeeded(own, asked, needs.clock.now()),
		person: openPerson(seal, own),
	};
};

/**
 * Makes the session that the app's codes and tokens will stand on.
 *
 * @returns its secret, which becomes the library's id of the grant and lies in no table
 * @throws access.step-up-needed, accounts.app.absent
 */
export const authorize = async (
	needs: Context,
	actor: Actor,
	asked: Asked,
	from: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<{ readonly grantId: string; readonly facts: LetInFacts }> => {
	const client = await clientOf(needs, asked);
	const letting = await prepareLetting(needs, actor, {
		client,
		label: client.name,
		scope: asked.scope,
		from,
		waitMaxMs,
		cause: 'app',
	});
	if (isProofNeeded(letting.own, asked, needs.clock.now())) throw new Fault('access.step-up-needed');
	await needs.events.transaction(async (write) => {
		if (!(await answerInteraction(write, asked.requestId))) throw new Fault('accounts.app.absent');
		await letting.store(write);
	});
	return { grantId: letting.session.token, facts: letting.facts };
};

/** @throws accounts.app.absent where it was answered before */
export const refuseAuthorization = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	{ requestId }: Pick<Asked, 'requestId'>,
): Promise<void> => {
	const isFirst = await db.transaction((tx) => answerInteraction({ tx, now: clock.now() }, requestId));
	if (!isFirst) throw new Fault('accounts.app.absent');
};
