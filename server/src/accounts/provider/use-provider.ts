/** The use cases of apps, over the room's context. */
import type { AppEntry } from '@holdfast/contract/provider';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { openPerson } from '../people.ts';
import { proofOfSession } from '../session-making.ts';
import {
	listAppPasswords,
	listAppPasswordsOnMachine,
	makeAppPassword,
	type NewAppPassword,
	openPlainPasswords,
} from './app-passwords.ts';
import {
	type ArtefactKind,
	type ArtefactPayload,
	endGrant,
	findArtefact,
	findGrant,
	noteProof,
	removeArtefact,
	saveArtefact,
	spendArtefact,
} from './artefacts.ts';
import {
	type AppClient,
	builtInTv,
	findClient,
	listClients,
	type NewClient,
	registerClient,
	removeClient,
} from './clients.ts';
import * as link from './device-link.ts';
import { authorize, lookAtAuthorization, refuseAuthorization, type Asked } from './authorizing.ts';
import { createKeyProofs } from './key-proofs.ts';
import { readGrant } from './letting-in.ts';
import { closeLogout, delayLogout, type DueLogout, dueLogouts } from './logouts.ts';
import { newestSigningKeyId, openSigningKeys, rotateSigningKeys } from './signing-keys.ts';
import { subjectOf } from './subjects.ts';
import { createNetworkPace } from './tries.ts';

const deviceAsksPerHour = 120;

const presentClient = (client: AppClient): AppEntry => ({
	clientId: client.clientId,
	kind: client.kind,
	name: client.name,
	redirectUris: [...client.redirectUris],
	logoutUri: client.logoutUri,
	hasSecret: client.secret !== null || client.keys !== null,
	isBuiltIn: client.clientId === builtInTv.clientId,
	createdAt: client.createdAt,
});

/** The person behind a grant, opened by the grant's own secret. */
const readPerson = async (context: Context, grantId: string) => {
	const session = await findGrant(context, grantId);
	if (!session) return null;
	const proof = proofOfSession(session, grantId);
	return openPerson(await context.sealer.open(session.accountId, session.wrapped, proof), session);
};

/** What the protocol's library stores and asks. */
const useProtocol = (context: Context) => {
	const pace = createNetworkPace(deviceAsksPerHour);
	return {
		signingKeys: () => openSigningKeys(context),
		newestSigningKeyId: () => newestSigningKeyId(context),
		findClient: (clientId: string) => findClient(context, clientId),
		/** What this app calls the person. */
		subjectOf: (clientId: string, accountId: string) => subjectOf(context, clientId, accountId),
		saveArtefact: (
			kind: ArtefactKind,
			id: string,
			made: { readonly payload: ArtefactPayload; readonly lifetimeMs: number },
		) => saveArtefact(context, { kind, id }, made),
		noteProof: (id: string, lifetimeMs: number) => noteProof(context, id, lifetimeMs),
		findArtefact: (kind: ArtefactKind, id: string) => findArtefact(context, { kind, id }),
		spendArtefact: (kind: ArtefactKind, id: string) => spendArtefact(context, { kind, id }),
		removeArtefact: (kind: ArtefactKind, id: string) => removeArtefact(context, { kind, id }),
		/** The live session that stands for a grant, and what it was let in for. */
		readGrant: async (grantId: string) => {
			const session = await findGrant(context, grantId);
			return session && readGrant(context, session);
		},
		endGrant: (grantId: string) => endGrant(context, grantId),
		readGrantedPerson: (grantId: string) => readPerson(context, grantId),
		startDeviceLink: (
			asked: Parameters<typeof link.startDeviceLink>[2],
			from: Pick<ClientFacts, 'address' | 'userAgent'>,
		) => link.startDeviceLink(context, pace, asked, from),
		readDeviceLink: (deviceCode: string) => link.readDeviceLink(context, deviceCode),
		noteDevicePoll: (deviceCode: string, isTooSoon: boolean) =>
			link.noteDevicePoll(context, deviceCode, isTooSoon),
		deviceGrantId: link.sessionTokenOf,
		spendDeviceLink: (deviceCode: string) => link.spendDeviceLink(context, deviceCode),
		dueLogouts: () => dueLogouts(context),
		closeLogout: (sessionId: string) => closeLogout(context, sessionId),
		delayLogout: (due: DueLogout) => delayLogout(context, due),
		onSecurityNews: (wake: () => void) => context.events.onNews(wake),
	};
};

export const useProvider = (context: Context) => ({
	/** Everything that the protocol endpoints need of this room. */
	provider: useProtocol(context),
	isKeyProven: createKeyProofs(context),
	findLinkRequest: (actor: Actor, userCode: string, client: Pick<ClientFacts, 'address'>) =>
		link.findLinkRequest(context, actor, userCode, client),
	approveLinkRequest: (
		actor: Actor,
		input: { readonly userCode: string; readonly number: string },
		client: ClientFacts,
	) => link.approveLinkRequest(context, actor, input, client),
	denyLinkRequest: (actor: Actor, userCode: string, client: Pick<ClientFacts, 'address'>) =>
		link.denyLinkRequest(context, actor, userCode, client),
	lookAtAuthorization: (actor: Actor, asked: Asked) => lookAtAuthorization(context, actor, asked),
	authorize: (actor: Actor, asked: Asked, client: ClientFacts) => authorize(context, actor, asked, client),
	refuseAuthorization: (asked: Asked) => refuseAuthorization(context, asked),
	listAppPasswords: (actor: Actor) => listAppPasswords(context, actor),
	listAppPasswordsOnMachine: (accountId: string) => listAppPasswordsOnMachine(context, accountId),
	makeAppPassword: (actor: Actor, input: NewAppPassword) => makeAppPassword(context, actor, input),
	openPlainPasswords: (username: string) => openPlainPasswords(context, username),
	/** Also what a media server is registered with when it is claimed. */
	registerClient: async (input: NewClient) => {
		const client = await registerClient(context, input);
		return { app: presentClient(client), secret: client.secret };
	},
	removeClient: (clientId: string) => removeClient(context, clientId),
	listClients: async () => (await listClients(context)).map(presentClient),
	rotateSigningKeys: () => rotateSigningKeys(context),
});
