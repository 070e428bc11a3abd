/** What somebody on the machine does with people: the same as an administrator, over the console's socket. */
import { Id, TimeMs } from './fields.ts';
import {
	InvitationTerms,
	InvitedRole,
	invitationErrors,
	listInvitations,
	MadeInvitation,
	PeoplePage,
	PersonParams,
} from './people.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

/** The machine stands above every role but makes no second owner. */
export const consoleListPeople = route({
	method: 'GET',
	path: '/console/people',
	access: 'console',
	summary: 'The people of this server with role and status, a page at a time',
	...PeoplePage,
});

export const consoleInvite = route({
	method: 'POST',
	path: '/console/invitations',
	access: 'console',
	summary: "Make an invitation in the owner's name",
	body: Type.Object({ role: InvitedRole, ...InvitationTerms }),
	reply: MadeInvitation,
	errors: ['accounts.account.absent', ...invitationErrors],
});

export const consoleListInvitations = route({
	method: 'GET',
	path: '/console/invitations',
	access: 'console',
	summary: 'Invitations that nobody has used yet',
	reply: listInvitations.reply,
});

export const consoleRevokeInvitation = route({
	method: 'DELETE',
	path: '/console/invitations/:invitationId',
	access: 'console',
	summary: 'Take an invitation back',
	params: Type.Object({ invitationId: Id }),
	errors: ['accounts.invitation.absent'],
});

export const consoleSetRole = route({
	method: 'PUT',
	path: '/console/people/:accountId/role',
	access: 'console',
	summary: "Change a person's role",
	params: PersonParams,
	body: Type.Object({ role: InvitedRole }),
	errors: ['access.not-allowed', 'accounts.account.absent'],
});

export const consoleDeactivate = route({
	method: 'POST',
	path: '/console/people/:accountId/deactivate',
	access: 'console',
	summary: 'Keep a person out without losing anything of theirs',
	params: PersonParams,
	errors: ['access.not-allowed', 'accounts.account.absent'],
});

export const consoleReactivate = route({
	method: 'POST',
	path: '/console/people/:accountId/reactivate',
	access: 'console',
	summary: 'Let a deactivated person sign in again',
	params: PersonParams,
	errors: ['access.not-allowed', 'accounts.account.absent'],
});

export const consoleDeletePerson = route({
	method: 'POST',
	path: '/console/people/:accountId/delete',
	access: 'console',
	summary: "Delete a person's account: it is gone for good after 30 days",
	params: PersonParams,
	reply: Type.Object({ deleteAfter: TimeMs }),
	errors: ['access.not-allowed', 'accounts.account.absent'],
});

export const consoleKeepPerson = route({
	method: 'POST',
	path: '/console/people/:accountId/keep',
	access: 'console',
	summary: 'Keep an account that is about to be deleted',
	params: PersonParams,
	errors: ['access.not-allowed', 'accounts.account.absent'],
});

/** Opens the person's fields without their proof, which the keeper counts; the person's log says so. */
export const consoleExport = route({
	method: 'GET',
	path: '/console/people/:accountId/export',
	access: 'console',
	form: 'bytes',
	summary: 'Everything this server knows about a person, as one archive',
	params: PersonParams,
	errors: ['accounts.account.absent'],
});
