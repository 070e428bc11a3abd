/** What people do with their servers: see them, name them, let people in, let go of them. */
import type { GuestRole, ServerEntry, ServerPerson } from '@holdfast/contract/servers';
import { toFlag } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { usernameIndexOf } from '../account-making.ts';
import type { Actor, Context } from '../context.ts';
import type { EventCause } from '../events.ts';
import { acceptAddress } from '../mail/address.ts';
import { openOwn } from '../sessions.ts';
import { shownKeyName } from './claims.ts';
import {
	findOwnGrant,
	findOwnServer,
	insertGrant,
	listGrants,
	listGrantsOf,
	listOwnServers,
	markReleased,
	peopleListedMax,
	serversAfter,
} from './server-store.ts';
import type { MediaServerRow, ServerGrantRow } from './server-tables.ts';

const pageSize = 100;

const absent = (): never => {
	throw new Fault('servers.server.absent');
};

const presentOwn = (seal: AccountSeal, row: MediaServerRow): ServerEntry => ({
	serverId: row.serverId,
	name: seal.open('mediaServer', 'name', row.name),
	isMine: true,
	role: 'owner',
	isHousehold: true,
	addresses: JSON.parse(seal.open('mediaServer', 'addresses', row.addresses)) as string[],
	claimedAt: row.claimedAt,
	lastHeardAt: row.lastHeardAt,
	keyName: shownKeyName(row.keyName),
});

type GrantOf = Awaited<ReturnType<typeof listGrantsOf>>[number];

const presentGranted = (seal: AccountSeal, row: GrantOf): ServerEntry => ({
	serverId: row.serverId,
	name: row.serverName ? seal.open('serverGrant', 'serverName', row.serverName) : '',
	isMine: false,
	role: row.role,
	isHousehold: row.isHousehold === 1,
	addresses: [],
	claimedAt: row.acceptedAt ?? row.createdAt,
	lastHeardAt: row.lastHeardAt,
	keyName: shownKeyName(row.keyName),
});

export const listServers = async (needs: Context, actor: Actor): Promise<ServerEntry[]> => {
	const { seal } = await openOwn(needs, actor);
	const own = await listOwnServers(needs.db.query, actor.accountId);
	const granted = await listGrantsOf(needs.db.query, actor.accountId);
	return [...own.map((row) => presentOwn(seal, row)), ...granted.map((row) => presentGranted(seal, row))];
};

interface OwnServer {
	readonly serverId: string;
}

/** @throws servers.server.absent  where it is not the actor's. */
const ownServer = async (needs: Context, actor: Actor, { serverId }: OwnServer): Promise<MediaServerRow> =>
	(await findOwnServer(needs.db.query, { serverId, accountId: actor.accountId })) ?? absent();

export const renameServer = async (
	needs: Context,
	actor: Actor,
	input: OwnServer & { readonly name: string },
): Promise<void> => {
	const { serverId } = await ownServer(needs, actor, input);
	const { seal } = await openOwn(needs, actor);
	const name = seal.seal('mediaServer', 'name', input.name.trim().normalize('NFC') || '-');
	const result = await needs.db.query
		.updateTable('mediaServer')
		.set({ name })
		.where('serverId', '=', serverId)
		.where('ownerId', '=', actor.accountId)
		.executeTakeFirst();
	if (result.numUpdatedRows === 0n) absent();
};

/** Everybody there is signed out by the event, which the server acts on within a second. */
export const releaseServer = async (
	needs: Pick<Context, 'db' | 'events'>,
	server: OwnServer & { readonly ownerId: string },
	cause: EventCause,
): Promise<void> => {
	await needs.events.transaction(async ({ tx, append }) => {
		if (!(await markReleased(tx, server.serverId))) return;
		const { ownerId: accountId, serverId } = server;
		await append({ kind: 'server-released', cause, accountId, serverId });
	});
};

export const releaseOwnServer = async (needs: Context, actor: Actor, input: OwnServer): Promise<void> => {
	await releaseServer(needs, await ownServer(needs, actor, input), 'server');
};

/** By somebody on the machine of the account service. @throws servers.server.absent */
export const releaseOnMachine = async (needs: Context, serverId: string): Promise<void> => {
	const server = await needs.db.query
		.selectFrom('mediaServer')
		.selectAll()
		.where('serverId', '=', serverId)
		.where('status', '=', 'claimed')
		.executeTakeFirst();
	await releaseServer(needs, server ?? absent(), 'console');
};

export const listServersOnMachine = async (needs: Context, after: string | undefined) => {
	const rows = await serversAfter(needs.db.query, after ?? '', pageSize + 1);
	const newest = await needs.events.newestPosition();
	const servers = rows.slice(0, pageSize).map((row) => ({
		serverId: row.serverId,
		ownerId: row.ownerId,
		keyName: shownKeyName(row.keyName),
		claimedAt: row.claimedAt,
		lastHeardAt: row.lastHeardAt,
		behind: Math.max(0, newest - row.position),
	}));
	return { servers, next: rows.length > pageSize ? servers.at(-1)!.serverId : null };
};

const presentPerson = (seal: AccountSeal, row: ServerGrantRow): ServerPerson => ({
	grantId: row.grantId,
	invitedAs: seal.open('serverGrant', 'invitedAs', row.invitedAs),
	role: row.role,
	isHousehold: row.isHousehold === 1,
	acceptedAt: row.acceptedAt,
});

export const listServerPeople = async (
	needs: Context,
	actor: Actor,
	input: OwnServer,
): Promise<ServerPerson[]> => {
	const { serverId } = await ownServer(needs, actor, input);
	const { seal } = await openOwn(needs, actor);
	return (await listGrants(needs.db.query, serverId)).map((row) => presentPerson(seal, row));
};

/** The index under which the person will be known when they come; the same work whoever it is. */
const whoIndexOf = async (needs: Context, who: string): Promise<string> => {
	const address = acceptAddress(who);
	if (address !== null) return (await needs.keeper.blindIndex('email', [address]))[0]!;
	return usernameIndexOf(needs, who);
};

export interface Invited {
	readonly who: string;
	readonly role: GuestRole;
	readonly isHousehold: boolean;
}

/** Says nothing about whether there is such a person: they are looked up when they come. */
export const inviteToServer = async (
	needs: Context,
	actor: Actor,
	input: OwnServer & Invited,
): Promise<ServerPerson> => {
	const { serverId } = await ownServer(needs, actor, input);
	const { seal } = await openOwn(needs, actor);
	const whoIndex = await whoIndexOf(needs, input.who);
	const now = needs.clock.now();
	const row: ServerGrantRow = {
		...{ grantId: newId(now), serverId, accountId: null, whoIndex, serverName: null },
		invitedAs: seal.seal('serverGrant', 'invitedAs', input.who.trim()),
		role: input.role,
		isHousehold: toFlag(input.isHousehold),
		...{ createdAt: now, acceptedAt: null },
	};
	const writing = needs.events.transaction(async ({ tx, append }) => {
		if (!(await findOwnServer(tx, { serverId, accountId: actor.accountId }))) absent();
		const people = await listGrants(tx, serverId);
		if (people.length >= peopleListedMax) throw new Fault('servers.people.too-many');
		await insertGrant(tx, row);
		const { accountId } = actor;
		await append({ kind: 'server-person-invited', cause: 'server', accountId, serverId });
	});
	await writing.catch((cause: unknown) => {
		const isTwice = needs.db.engine.constraintOf(cause)?.kind === 'unique';
		throw isTwice ? new Fault('servers.people.twice', { cause }) : cause;
	});
	return presentPerson(seal, row);
};

type OwnGrant = OwnServer & { readonly grantId: string };

/** What somebody is from now on; they come in anew, which takes no password. */
export const changeServerPerson = async (
	needs: Context,
	actor: Actor,
	input: OwnGrant & Pick<Invited, 'role' | 'isHousehold'>,
): Promise<void> => {
	const { role, isHousehold } = input;
	await needs.events.transaction(async ({ tx, append }) => {
		const grant = (await findOwnGrant(tx, { ...input, accountId: actor.accountId })) ?? absent();
		const { grantId, accountId, serverId } = grant;
		await tx
			.updateTable('serverGrant')
			.set({ role, isHousehold: toFlag(isHousehold) })
			.where('grantId', '=', grantId)
			.execute();
		if (accountId !== null)
			await append({ kind: 'server-person-changed', cause: 'server', accountId, serverId });
	});
};

export const removeServerPerson = async (needs: Context, actor: Actor, input: OwnGrant): Promise<void> => {
	await needs.events.transaction(async ({ tx, append }) => {
		const grant = (await findOwnGrant(tx, { ...input, accountId: actor.accountId })) ?? absent();
		const { grantId, accountId, serverId } = grant;
		await tx.deleteFrom('serverGrant').where('grantId', '=', grantId).execute();
		if (accountId !== null)
			await append({ kind: 'server-person-removed', cause: 'server', accountId, serverId });
	});
};
