/**
 * What the protocol's library keeps, over the accounts room. It calls these "models"; each leads
 * to a use case
 * that looks at the session behind it again.
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { AppClient, Accounts, ArtefactKind, ArtefactPayload } from '../../accounts/index.ts';
import { isFault } from '#platform/fault.ts';
import type { Clock } from '#platform/clock.ts';
import { deviceGrantType, metadataOf } from './clients.ts';
import { acrOf, amrOf } from './levels.ts';

type Provider = Accounts['provider'];
type Grant = NonNullable<Awaited<ReturnType<Provider['readGrant']>>>;

export interface AdapterNeeds {
	readonly provider: Provider;
	readonly clock: Pick<Clock, 'now'>;
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** For what the library would like to keep and need not. */
const empty: Adapter = {
	upsert: nothing,
	find: nothing,
	findByUserCode: nothing,
	findByUid: nothing,
	consume: nothing,
	destroy: nothing,
	revokeByGrantId: nothing,
};

const seconds = (timeMs: number): number => Math.floor(timeMs / 1_000);

/** A keeper or database that is away is the server's state, not the app's mistake. */
const orUnavailable = async <Result>(work: Promise<Result>): Promise<Result> => {
	try {
		return await work;
	} catch (cause) {
		if (isFault(cause) && (cause.kind === 'unavailable' || cause.kind === 'exhausted'))
			throw new errors.TemporarilyUnavailable('the server cannot answer right now', undefined);
		throw cause;
	}
};

const clientAdapter = ({ provider }: AdapterNeeds): Adapter => ({
	...empty,
	find: async (clientId) => {
		const client: AppClient | null = await orUnavailable(provider.findClient(clientId));
		return client ? (metadataOf(client) as AdapterPayload) : undefined;
	},
});

/** Codes and tokens: each lives as long as the session behind it, and is spent once. */
const artefactAdapter = (kind: ArtefactKind, { provider }: AdapterNeeds): Adapter => ({
	...empty,
	upsert: async (id, payload, expiresIn) => {
		const made = { payload: payload as ArtefactPayload, lifetimeMs: (expiresIn ?? 0) * 1_000 };
		await orUnavailable(provider.saveArtefact(kind, id, made));
	},
	find: async (id) => {
		const found = await orUnavailable(provider.findArtefact(kind, id));
		if (!found) return undefined;
		const { payload, consumedAt } = found;
		return {
			...payload,
			...(consumedAt === null ? {} : { consumed: seconds(consumedAt) }),
		} as AdapterPayload;
	},
	consume: async (id) => {
		if (!(await orUnavailable(provider.spendArtefact(kind, id))))
			throw new errors.InvalidGrant('already used');
	},
	destroy: async (id) => {
		const isFirst = await orUnavailable(provider.removeArtefact(kind, id));
		// Whoever goes on from an answered question takes it away; a second one gets no code for it.
		if (!isFirst && kind === 'Interaction') throw new errors.SessionNotFound('the request was used before');
	},
	revokeByGrantId: (grantId) => provider.endGrant(grantId).then(nothing),
});

/** Proofs of keys: shown twice, at once or one after the other, the second is refused. */
const proofAdapter = ({ provider }: AdapterNeeds): Adapter => ({
	...empty,
	upsert: async (id, _payload, expiresIn) => {
		if (!(await orUnavailable(provider.noteProof(id, (expiresIn ?? 0) * 1_000))))
			throw new errors.InvalidDpopProof('DPoP proof JWT Replay detected');
	},
});

/**
 * A grant whose code was spent just now. The library looks for it after that, when somebody who
 * shows the same
 * code again may have ended it; whoever was first is answered all the same, with tokens that are dead.
 */
const createJustSpent = () => {
	let newest: { readonly grantId: string; readonly grant: Grant } | null = null;
	return {
		keep: (grantId: string, grant: Grant): void => {
			newest = { grantId, grant };
		},
		take: (grantId: string): Grant | null => {
			const found = newest?.grantId === grantId ? newest.grant : null;
			if (found) newest = null;
			return found;
		},
	};
};

type JustSpent = ReturnType<typeof createJustSpent>;

/**
 * A grant is a session row; its id is the secret of that row. The library knows a person only as
 * the app does:
 * what it calls an account's id is the subject that this app is told.
 */
const grantAdapter = ({ provider, clock }: AdapterNeeds, spent: JustSpent): Adapter => ({
	...empty,
	find: async (grantId) => {
		const grant = spent.take(grantId) ?? (await orUnavailable(provider.readGrant(grantId)));
		if (!grant) return undefined;
		const { clientId, scope, expiresAt } = grant;
		const accountId = await orUnavailable(provider.subjectOf(clientId, grant.accountId));
		return {
			kind: 'Grant',
			jti: grantId,
			iat: seconds(clock.now()),
			exp: seconds(expiresAt),
			accountId,
			clientId,
			openid: { scope },
		} as AdapterPayload;
	},
	destroy: (grantId) => provider.endGrant(grantId).then(nothing),
	revokeByGrantId: (grantId) => provider.endGrant(grantId).then(nothing),
});

type DeviceState = NonNullable<Awaited<ReturnType<Provider['readDeviceLink']>>>;

const lettingOf = async (provider: Provider, { request, answer }: DeviceState): Promise<object> => {
	if (answer.kind === 'denied') return { error: 'access_denied', errorDescription: 'refused by the person' };
	if (answer.kind === 'waiting' || request.state.kind !== 'let-in') return {};
	const { sessionId, authenticatedAt, level, methods } = request.state;
	return {
		accountId: await provider.subjectOf(request.clientId, request.state.accountId),
		grantId: answer.sessionToken,
		sid: sessionId,
		authTime: seconds(authenticatedAt),
		acr: acrOf(level),
		amr: amrOf(methods, level),
	};
};

/** Made and approved by our own use cases; the library only trades it for tokens. */
const deviceAdapter = ({ provider }: AdapterNeeds, spent: JustSpent): Adapter => ({
	...empty,
	find: async (deviceCode) => {
		const state = await orUnavailable(provider.readDeviceLink(deviceCode));
		if (!state) return undefined;
		const { request, answer, createdAt, expiresAt, consumedAt } = state;
		if (answer.kind === 'waiting') {
			await orUnavailable(provider.noteDevicePoll(deviceCode, answer.isTooSoon));
			if (answer.isTooSoon) throw new errors.CustomOIDCProviderError('slow_down', 'asked too soon');
		}
		return {
			kind: 'DeviceCode',
			jti: deviceCode,
			iat: seconds(createdAt),
			exp: seconds(expiresAt),
			clientId: request.clientId,
			scope: request.scope,
			params: { client_id: request.clientId, scope: request.scope },
			gty: deviceGrantType,
			...(consumedAt === null ? {} : { consumed: seconds(consumedAt) }),
			...(await orUnavailable(lettingOf(provider, state))),
		} as AdapterPayload;
	},
	consume: async (deviceCode) => {
		const grant = await orUnavailable(provider.spendDeviceLink(deviceCode));
		if (grant === false) throw new errors.InvalidGrant('already used');
		if (grant !== null) spent.keep(provider.deviceGrantId(deviceCode), grant);
	},
	revokeByGrantId: (grantId) => provider.endGrant(grantId).then(nothing),
});

/** The library asks once for each of its models. */
export const createAdapters = (needs: AdapterNeeds): ((name: string) => Adapter) => {
	const spent = createJustSpent();
	return (name) => {
		switch (name) {
			case 'Client':
				return clientAdapter(needs);
			case 'Grant':
				return grantAdapter(needs, spent);
			case 'DeviceCode':
				return deviceAdapter(needs, spent);
			case 'ReplayDetection':
				return proofAdapter(needs);
			case 'AccessToken':
			case 'AuthorizationCode':
			case 'RefreshToken':
			case 'Interaction':
				return artefactAdapter(name, needs);
			default:
				// Its own browser sessions among them: who is signed in is known by our cookie alone.
				return empty;
		}
	};
};
