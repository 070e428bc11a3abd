/** The page on which a person lets an app in: what it asks, yes, and no. */
import * as contract from '@holdfast/contract/provider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '#platform/fault.ts';
import type { Mounter } from '#platform/http/mount.ts';
import type { Caller } from '#platform/http/viewer.ts';
import type { Accounts, Actor, ClientFacts } from '../../accounts/index.ts';
import { acrOf, amrOf, levelOfAcr } from './levels.ts';
import type { Oidc } from './oidc.ts';

/** Who calls, as the facade of our own pages reads it. */
export interface CallReader {
	actor(call: { readonly request: FastifyRequest; readonly caller: Caller }): Actor;
	client(call: { readonly request: FastifyRequest }): ClientFacts;
}

export interface AuthorizationRoutesNeeds {
	readonly accounts: Pick<Accounts, 'lookAtAuthorization' | 'authorize' | 'refuseAuthorization' | 'provider'>;
	readonly oidc: Oidc;
	readonly read: CallReader;
}

interface Requested {
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
	readonly params: { readonly authorizationId: string };
}

const absent = (cause?: unknown): never => {
	throw new Fault('accounts.app.absent', { cause });
};

const isNotFound = (error: unknown): boolean => error instanceof Error && error.name === 'SessionNotFound';

/**
 * The app's request, as the library checked and kept it. Found only by the browser that the app sent here,
 * which has a cookie of it: whoever is given another's link lets nobody in.
 */
const openRequest = async (oidc: Oidc, { request, reply, params }: Requested) => {
	const provider = await oidc.open();
	if (!provider) return absent();
	const { raw } = request;
	const interaction = await provider
		.interactionDetails(raw, reply.raw)
		.catch((error: unknown) => (isNotFound(error) ? absent(error) : Promise.reject(error)));
	const isThisOne = interaction.uid === params.authorizationId && interaction.result === undefined;
	return isThisOne ? { provider, interaction } : absent();
};

type Opened = Awaited<ReturnType<typeof openRequest>>;

const secondMs = 1_000;

const askedOf = ({ interaction }: Opened) => {
	const { params, iat } = interaction as Opened['interaction'] & { iat: number };
	const maxAge = params['max_age'];
	return {
		requestId: interaction.uid,
		clientId: String(params['client_id']),
		scope: String(params['scope'] ?? ''),
		redirectUri: String(params['redirect_uri']),
		askedAt: iat * secondMs,
		isProofAsked: String(params['prompt'] ?? '')
			.split(' ')
			.includes('login'),
		proofAgeMaxMs: maxAge === undefined ? null : Number(maxAge) * secondMs,
		level: levelOfAcr(params['acr_values']),
	};
};

/** Where the browser goes on, without the host: it is on ours already. */
const pathOf = (address: string): string => new URL(address).pathname;

const finish = async (
	{ provider }: Opened,
	{ request, reply }: Requested,
	result: Parameters<Opened['provider']['interactionResult']>[2],
): Promise<{ continueTo: string }> => {
	const options = { mergeWithLastSubmission: false };
	return {
		continueTo: pathOf(await provider.interactionResult(request.raw, reply.raw, result, options)),
	};
};

const approve = async (
	{ accounts, oidc, read }: AuthorizationRoutesNeeds,
	call: Requested & { readonly caller: Caller },
): Promise<{ continueTo: string }> => {
	const opened = await openRequest(oidc, call);
	const asked = askedOf(opened);
	const { grantId, facts } = await accounts.authorize(read.actor(call), asked, read.client(call));
	return finish(opened, call, {
		login: {
			accountId: await accounts.provider.subjectOf(asked.clientId, facts.accountId),
			ts: Math.floor(facts.authenticatedAt / secondMs),
			acr: acrOf(facts.level),
			amr: amrOf(facts.methods, facts.level),
			remember: false,
		},
		consent: { grantId },
	});
};

/** Mounts the authorization routes of `contract/provider.ts`. */
export const mountAuthorizationRoutes = ({ mount }: Mounter, needs: AuthorizationRoutesNeeds): void => {
	const { accounts, oidc, read } = needs;
	mount(contract.getAuthorizationRequest, async (call) =>
		accounts.lookAtAuthorization(read.actor(call), askedOf(await openRequest(oidc, call))),
	);
	mount(contract.approveAuthorization, (call) => approve(needs, call));
	mount(contract.denyAuthorization, async (call) => {
		const result = { error: 'access_denied', error_description: 'refused by the person' };
		const opened = await openRequest(oidc, call);
		await accounts.refuseAuthorization(askedOf(opened));
		return finish(opened, call, result);
	});
};
