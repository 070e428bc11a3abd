/** People over our own API: profile, coming in, administration and leaving. */
import * as contract from '@holdfast/contract/people';
import * as onMachine from '@holdfast/contract/people-console';
import type { Clock } from '#platform/clock.ts';
import { Fault } from '#platform/fault.ts';
import type { Mounter } from '#platform/http/mount.ts';
import { newId } from '#platform/ids.ts';
import { visibleTo } from '../../access/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';
import { archiveReply, type Watched } from './people-export.ts';

export interface PeopleRoutesNeeds extends AccountRoutesNeeds {
	readonly clock: Pick<Clock, 'now'>;
	/** The address that links are made of. */
	readonly publicUrl: () => string | null;
	/** Null on a server without media: no pictures, and no viewing history. */
	readonly media: (Watched & { readonly catalogue: Pick<Catalogue, 'encodePicture'> }) | null;
}

type Reader = ReturnType<typeof createReader>;

const machine = 'machine';

/** The secret stands in the fragment, which no server and no log gets to see. */
const linkTo = ({ publicUrl }: PeopleRoutesNeeds, path: string, secret: string): string | null => {
	const origin = publicUrl();
	return origin === null ? null : `${origin}${path}#${secret}`;
};

/** What people call this server: its address, as long as it has no name of its own. */
const serverNameOf = ({ publicUrl }: PeopleRoutesNeeds): string => {
	const origin = publicUrl();
	return origin === null ? 'Holdfast' : new URL(origin).host;
};

const mountProfile = ({ mount }: Mounter, { accounts }: PeopleRoutesNeeds, read: Reader): void => {
	mount(contract.getProfile, (call) => accounts.readProfile(read.actor(call)));
	mount(contract.updateProfile, async (call) => {
		await accounts.updateProfile(read.actor(call), call.body);
		return accounts.readProfile(read.actor(call));
	});
	mount(contract.changeUsername, async (call) => {
		await accounts.changeUsername(read.actor(call), call.body.username);
		return accounts.readProfile(read.actor(call));
	});
	mount(contract.setEmail, async (call) => {
		await accounts.claimEmail(read.actor(call), call.body.email, read.client(call));
		return accounts.readProfile(read.actor(call));
	});
	mount(contract.removeEmail, async (call) => {
		await accounts.removeEmail(read.actor(call));
		return accounts.readProfile(read.actor(call));
	});
	mount(contract.verifyEmail, async ({ body }) => {
		await accounts.verifyEmail(body.secret);
		return undefined;
	});
};

const mountPicture = ({ mount }: Mounter, { accounts, media, clock }: PeopleRoutesNeeds, read: Reader) => {
	mount(contract.setPicture, async (call) => {
		const webp = (await media?.catalogue.encodePicture(call.body)) ?? null;
		if (webp === null) throw new Fault('accounts.picture.unusable');
		const pictureId = newId(clock.now());
		await accounts.setPicture(read.actor(call), { pictureId, webp });
		return { pictureId };
	});
	mount(contract.removePicture, async (call) => {
		await accounts.removePicture(read.actor(call));
		return undefined;
	});
	mount(contract.getPicture, async (call) => ({
		headers: {
			'content-type': 'image/webp',
			'cache-control': 'private, no-store',
			'x-content-type-options': 'nosniff',
		},
		body: await accounts.readPicture(read.actor(call), call.params.pictureId),
	}));
};

const mountLeaving = ({ mount }: Mounter, needs: PeopleRoutesNeeds, read: Reader): void => {
	const { accounts, cookies, media, clock } = needs;
	mount(contract.exportProfile, async (call) => {
		const exported = await accounts.exportOwn(read.actor(call));
		return archiveReply(exported, media, { visible: visibleTo(call.caller), now: clock.now() });
	});
	mount(contract.leave, async (call) => {
		const { deleteAfter, secret } = await accounts.leave(read.actor(call), call.body.username);
		cookies.clear(call.request, call.reply);
		return { deleteAfter, secret, link: linkTo(needs, '/come-back', secret) };
	});
	mount(contract.comeBack, async ({ body }) => {
		await accounts.comeBack(body.secret);
		return undefined;
	});
};

const mountInvitations = ({ mount }: Mounter, needs: PeopleRoutesNeeds): void => {
	const { accounts } = needs;
	const withLink = <Made extends { readonly secret: string }>(made: Made) => ({
		...made,
		link: linkTo(needs, '/join', made.secret),
	});
	mount(contract.invite, async ({ caller, body }) => withLink(await accounts.invite(caller, body)));
	mount(contract.inviteAdministrator, async ({ caller, body }) =>
		withLink(await accounts.invite(caller, { ...body, role: 'administrator' })),
	);
	mount(contract.listInvitations, async ({ caller }) => ({
		invitations: await accounts.listInvitations(caller),
	}));
	mount(contract.revokeInvitation, async ({ caller, params }) => {
		await accounts.revokeInvitation(caller, params.invitationId);
		return undefined;
	});
	mount(onMachine.consoleInvite, async ({ body }) => withLink(await accounts.invite(machine, body)));
	mount(onMachine.consoleListInvitations, async () => ({
		invitations: await accounts.listInvitations(machine),
	}));
	mount(onMachine.consoleRevokeInvitation, async ({ params }) => {
		await accounts.revokeInvitation(machine, params.invitationId);
		return undefined;
	});
};

const mountJoining = ({ mount }: Mounter, needs: PeopleRoutesNeeds, read: Reader): void => {
	const { accounts } = needs;
	mount(contract.lookAtJoinLink, async ({ body }) => ({
		...(await accounts.lookAtJoinLink(body.secret)),
		serverName: serverNameOf(needs),
	}));
	mount(contract.startJoining, (call) => accounts.startJoining(call.body, read.client(call)));
	mount(contract.finishJoining, async (call) =>
		read.signedIn(call, await accounts.finishJoining(call.body, read.client(call))),
	);
	mount(contract.getRegistration, () => ({ isOpen: accounts.isRegistrationOpen() }));
	mount(contract.requestRegistration, async (call) => {
		await accounts.requestRegistration(call.body, read.client(call));
		return undefined;
	});
};

const mountAdministration = ({ mount }: Mounter, { accounts }: PeopleRoutesNeeds): void => {
	mount(contract.listPeople, ({ caller, query }) => accounts.listPeople(caller, query));
	mount(contract.setRole, async ({ caller, params, body }) => {
		await accounts.setRole(caller, { ...params, ...body });
		return undefined;
	});
	mount(contract.deactivate, async ({ caller, params }) => {
		await accounts.deactivate(caller, params.accountId);
		return undefined;
	});
	mount(contract.reactivate, async ({ caller, params }) => {
		await accounts.reactivate(caller, params.accountId);
		return undefined;
	});
	mount(contract.deletePerson, ({ caller, params }) => accounts.deletePerson(caller, params.accountId));
	mount(contract.keepPerson, async ({ caller, params }) => {
		await accounts.keepPerson(caller, params.accountId);
		return undefined;
	});
	mount(contract.handOverOwnership, async ({ caller, params }) => {
		await accounts.handOverOwnership(caller, params.accountId);
		return undefined;
	});
};

const mountConsole = ({ mount }: Mounter, { accounts, media, clock }: PeopleRoutesNeeds): void => {
	mount(onMachine.consoleListPeople, ({ query }) => accounts.listPeople(machine, query));
	mount(onMachine.consoleSetRole, async ({ params, body }) => {
		await accounts.setRole(machine, { ...params, ...body });
		return undefined;
	});
	mount(onMachine.consoleDeactivate, async ({ params }) => {
		await accounts.deactivate(machine, params.accountId);
		return undefined;
	});
	mount(onMachine.consoleReactivate, async ({ params }) => {
		await accounts.reactivate(machine, params.accountId);
		return undefined;
	});
	mount(onMachine.consoleDeletePerson, ({ params }) => accounts.deletePerson(machine, params.accountId));
	mount(onMachine.consoleKeepPerson, async ({ params }) => {
		await accounts.keepPerson(machine, params.accountId);
		return undefined;
	});
	mount(onMachine.consoleExport, async ({ params }) =>
		archiveReply(await accounts.exportOnMachine(params.accountId), media, { now: clock.now() }),
	);
};

/** Mounts every route of `contract/people.ts`. */
export const mountPeopleRoutes = (mounter: Mounter, needs: PeopleRoutesNeeds): void => {
	const read = createReader(needs);
	mountProfile(mounter, needs, read);
	mountPicture(mounter, needs, read);
	mountLeaving(mounter, needs, read);
	mountInvitations(mounter, needs);
	mountJoining(mounter, needs, read);
	mountAdministration(mounter, needs);
	mountConsole(mounter, needs);
};
