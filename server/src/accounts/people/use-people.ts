/** The use cases of this folder over one context, for the room's door. */
import type { Actor, ClientFacts, Context } from '../context.ts';
import * as administration from './administration.ts';
import type { By } from './authority.ts';
import * as email from './email.ts';
import { deleteOldInvitations } from './invitation-store.ts';
import { exportOnMachine, exportOwn } from './export.ts';
import * as invitations from './invitations.ts';
import * as joining from './joining.ts';
import * as leaving from './leaving.ts';
import { listPeople } from './people-list.ts';
import * as profile from './profile.ts';
import * as registration from './registration.ts';

type Address = Pick<ClientFacts, 'address'>;

const useProfile = (context: Context) => ({
	readProfile: (actor: Actor) => profile.readProfile(context, actor),
	updateProfile: (actor: Actor, change: profile.ProfileChange) =>
		profile.updateProfile(context, actor, change),
	changeUsername: (actor: Actor, username: string) => profile.changeUsername(context, actor, username),
	setPicture: (actor: Actor, picture: Parameters<typeof profile.setPicture>[2]) =>
		profile.setPicture(context, actor, picture),
	removePicture: (actor: Actor) => profile.removePicture(context, actor),
	readPicture: (actor: Actor, pictureId: string) => profile.readPicture(context, actor, pictureId),
	claimEmail: (actor: Actor, address: string, client: Address) =>
		email.claimEmail(context, actor, address, client),
	verifyEmail: (secret: string) => email.verifyEmail(context, secret),
	removeEmail: (actor: Actor) => email.removeEmail(context, actor),
	exportOwn: (actor: Actor) => exportOwn(context, actor),
	exportOnMachine: (accountId: string) => exportOnMachine(context, accountId),
	leave: (actor: Actor, username: string) => leaving.leave(context, actor, username),
	comeBack: (secret: string) => leaving.comeBack(context, secret),
});

const useComingIn = (context: Context) => ({
	invite: (by: By, terms: invitations.InvitationTerms) => invitations.invite(context, by, terms),
	listInvitations: (by: By) => invitations.listInvitations(context, by),
	revokeInvitation: (by: By, invitationId: string) => invitations.revokeInvitation(context, by, invitationId),
	isRegistrationOpen: () => registration.isRegistrationOpen(context),
	requestRegistration: (input: Parameters<typeof registration.requestRegistration>[1], client: Address) =>
		registration.requestRegistration(context, input, client),
	lookAtJoinLink: (secret: string) => joining.lookAtJoinLink(context, secret),
	startJoining: (input: Parameters<typeof joining.startJoining>[1], client: Address) =>
		joining.startJoining(context, input, client),
	finishJoining: (input: joining.FinishJoining, client: ClientFacts) =>
		joining.finishJoining(context, input, client),
});

const useAdministration = (context: Context) => ({
	listPeople: (by: By, page: Parameters<typeof listPeople>[2]) => listPeople(context, by, page),
	setRole: (by: By, change: Parameters<typeof administration.setRole>[2]) =>
		administration.setRole(context, by, change),
	deactivate: (by: By, accountId: string) => administration.deactivate(context, by, accountId),
	reactivate: (by: By, accountId: string) => administration.reactivate(context, by, accountId),
	deletePerson: (by: By, accountId: string) => leaving.deletePerson(context, by, accountId),
	keepPerson: (by: By, accountId: string) => leaving.keepPerson(context, by, accountId),
	handOverOwnership: (by: Exclude<By, 'machine'>, accountId: string) =>
		administration.handOverOwnership(context, by, accountId),
});

export const usePeople = (context: Context) => ({
	...useProfile(context),
	...useComingIn(context),
	...useAdministration(context),
});

/** Erases who has left for good, and invitations that ended long ago. */
export const sweepPeople = async (context: Context): Promise<void> => {
	await leaving.eraseLeft(context);
	await context.db.transaction((tx) => deleteOldInvitations(tx, context.clock.now()));
};
