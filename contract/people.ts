/** People: who they are here, how they come in, what administrators do with their accounts, and how they leave. */
import type { Static } from 'typebox';
import {
	Flow,
	KeyStretching,
	OpaqueRecord,
	OpaqueRequest,
	Person,
	Role,
	Signed,
	Username,
} from './accounts.ts';
import { Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

export const Email = Type.String({ minLength: 3, maxLength: 254 });
export const Language = Type.Union([Type.Literal('en'), Type.Literal('de')]);
export type Language = Static<typeof Language>;

/** The secret of a link, from the fragment of its address. */
export const LinkSecret = Type.String({ minLength: 16, maxLength: 96 });

/** Largest picture that is taken; it is encoded anew and kept at 320 pixels. */
export const pictureBytesMax = 2 * 1024 * 1024;

export const AccountStatus = Type.Union([
	Type.Literal('active'),
	/** Cannot sign in; keeps everything and can come back. */
	Type.Literal('deactivated'),
	/** Cannot sign in; gone for good at `deleteAfter`. */
	Type.Literal('leaving'),
]);
export type AccountStatus = Static<typeof AccountStatus>;

export const Profile = Type.Object({
	person: Person,
	/** Proven to be read by this person. */
	email: Nullable(Type.String()),
	/** Waits for its mailed link to be opened. */
	pendingEmail: Nullable(Type.String()),
	/** False where this server sends no mail: then no address can be proven. */
	canMail: Type.Boolean(),
	language: Nullable(Language),
	pictureId: Nullable(Id),
	createdAt: TimeMs,
});
export type Profile = Static<typeof Profile>;

export const getProfile = route({
	method: 'GET',
	path: '/api/profile',
	access: 'self',
	summary: 'Who I am on this server',
	reply: Profile,
});

export const updateProfile = route({
	method: 'PUT',
	path: '/api/profile',
	access: 'self',
	summary: 'Change the name that is shown, or the language of my mails',
	body: Type.Object({ displayName: ShortText, language: Nullable(Language) }),
	reply: Profile,
});

export const changeUsername = route({
	method: 'PUT',
	path: '/api/profile/username',
	access: 'self-fresh',
	summary: 'Change the name I sign in with',
	body: Type.Object({ username: Username }),
	reply: Profile,
	errors: ['access.step-up-needed', 'accounts.username.invalid', 'accounts.username.taken'],
});

/** Never shown as it came: decoded in a process of its own, encoded anew, sealed under the account's key. */
export const setPicture = route({
	method: 'PUT',
	path: '/api/profile/picture',
	access: 'self',
	bodyForm: 'picture',
	bodyBytesMax: pictureBytesMax,
	summary: 'Set my picture: a JPEG, PNG or WebP of at most 2 MB',
	reply: Type.Object({ pictureId: Id }),
	errors: ['accounts.picture.unusable', 'request.too-large'],
});

export const removePicture = route({
	method: 'DELETE',
	path: '/api/profile/picture',
	access: 'self',
	summary: 'Remove my picture',
});

/** Opened by the person's own session only. */
export const getPicture = route({
	method: 'GET',
	path: '/api/profile/picture/:pictureId',
	access: 'self',
	form: 'bytes',
	summary: 'My picture, as WebP',
	params: Type.Object({ pictureId: Id }),
	errors: ['accounts.picture.absent'],
});

/** The answer does not tell whether the address is somebody else's: only whoever reads its mail finds out. */
export const setEmail = route({
	method: 'PUT',
	path: '/api/profile/email',
	access: 'self-fresh',
	summary: 'Send a link to an address, which becomes mine once it is opened',
	body: Type.Object({ email: Email }),
	reply: Profile,
	errors: [
		'access.step-up-needed',
		'accounts.email.invalid',
		'accounts.mail.unconfigured',
		'request.too-many',
	],
});

/** Also withdraws an address that still waits for its link. */
export const removeEmail = route({
	method: 'DELETE',
	path: '/api/profile/email',
	access: 'self-fresh',
	summary: 'Remove my mail address',
	reply: Profile,
	errors: ['access.step-up-needed'],
});

/** Needs no session: the link may be opened on another device. Spent by its first use. */
export const verifyEmail = route({
	method: 'POST',
	path: '/api/email/verify',
	access: 'anyone',
	summary: 'Prove a mail address by the secret of the mailed link',
	body: Type.Object({ secret: LinkSecret }),
	errors: ['accounts.link.invalid', 'accounts.email.taken'],
});

/** Everything about me as one ZIP. By session only: no address that anybody else could open. */
export const exportProfile = route({
	method: 'GET',
	path: '/api/profile/export',
	access: 'self-fresh',
	form: 'bytes',
	summary: 'Everything this server knows about me, as one archive',
	errors: ['access.step-up-needed'],
});

/** Every session ends; the link that undoes it is shown once. */
export const leave = route({
	method: 'POST',
	path: '/api/profile/leave',
	access: 'self-fresh',
	summary: 'Delete my account: it is gone for good after 30 days',
	body: Type.Object({
		/** The person's own username, typed once more. */
		username: Username,
	}),
	reply: Type.Object({
		deleteAfter: TimeMs,
		/** Opens the way back until then, at `/come-back#` of this server. Shown once. */
		secret: Type.String(),
		link: Nullable(Type.String()),
	}),
	errors: ['access.step-up-needed', 'accounts.username.differs', 'accounts.owner.stays'],
});

/** Ends the leaving and nothing else: whoever comes back signs in as before. */
export const comeBack = route({
	method: 'POST',
	path: '/api/come-back',
	access: 'anyone',
	summary: 'Keep an account that is about to be deleted',
	body: Type.Object({ secret: LinkSecret }),
	errors: ['accounts.link.invalid'],
});

/** Who can be invited; the owner is made at set-up and by handing over only. */
export const InvitedRole = Type.Union([
	Type.Literal('administrator'),
	Type.Literal('member'),
	Type.Literal('guest'),
]);
export type InvitedRole = Static<typeof InvitedRole>;

const invitationHoursMax = 30 * 24;

/** What every invitation says beside the role. */
export const InvitationTerms = {
	/** For whom it is; seen by administrators only. */
	note: Nullable(ShortText),
	lifetimeHours: Type.Integer({ minimum: 1, maximum: invitationHoursMax }),
	/** Mails the link too, where this server sends mail. */
	email: Nullable(Email),
	/** Of the mail. */
	language: Nullable(Language),
};

export const MadeInvitation = Type.Object({
	invitationId: Id,
	/** Shown once; stored as its hash. */
	secret: Type.String(),
	/** Null where nobody said which address people reach this server at. */
	link: Nullable(Type.String()),
	role: InvitedRole,
	expiresAt: TimeMs,
	isMailed: Type.Boolean(),
});
export type MadeInvitation = Static<typeof MadeInvitation>;

/** What making one can answer with. */
export const invitationErrors = [
	'accounts.email.invalid',
	'accounts.mail.unconfigured',
	'accounts.invitations.too-many',
] as const;

export const invite = route({
	method: 'POST',
	path: '/api/invitations',
	access: 'administrator',
	summary: 'Make a link with which one person can join as a member or guest',
	body: Type.Object({
		role: Type.Union([Type.Literal('member'), Type.Literal('guest')]),
		...InvitationTerms,
	}),
	reply: MadeInvitation,
	errors: invitationErrors,
});

/** The owner only. */
export const inviteAdministrator = route({
	method: 'POST',
	path: '/api/invitations/administrator',
	access: 'administrator-fresh',
	summary: 'Make a link with which one person can join as an administrator',
	body: Type.Object(InvitationTerms),
	reply: MadeInvitation,
	errors: ['access.step-up-needed', 'access.not-allowed', ...invitationErrors],
});

export const OpenInvitation = Type.Object({
	invitationId: Id,
	role: InvitedRole,
	note: Nullable(Type.String()),
	invitedBy: Type.Object({ accountId: Id, displayName: Type.String() }),
	email: Nullable(Type.String()),
	createdAt: TimeMs,
	expiresAt: TimeMs,
});
export type OpenInvitation = Static<typeof OpenInvitation>;

export const listInvitations = route({
	method: 'GET',
	path: '/api/invitations',
	access: 'administrator',
	summary: 'Invitations that nobody has used yet',
	reply: Type.Object({ invitations: Type.Array(OpenInvitation, { maxItems: 200 }) }),
});

export const revokeInvitation = route({
	method: 'DELETE',
	path: '/api/invitations/:invitationId',
	access: 'administrator',
	summary: 'Take an invitation back: its link leads nowhere from now on',
	params: Type.Object({ invitationId: Id }),
	errors: ['accounts.invitation.absent'],
});

/** What a link to `/join` offers, told to whoever holds it. */
export const lookAtJoinLink = route({
	method: 'POST',
	path: '/api/join/look',
	access: 'anyone',
	summary: 'What an invitation or a registration link offers',
	body: Type.Object({ secret: LinkSecret }),
	reply: Type.Object({
		kind: Type.Union([Type.Literal('invitation'), Type.Literal('registration')]),
		serverName: Type.String(),
		/** Null for a registration. */
		invitedBy: Nullable(Type.String()),
		role: InvitedRole,
		/** Null where the link alone says so. */
		expiresAt: Nullable(TimeMs),
	}),
	errors: ['accounts.link.invalid'],
});

/** A name that is taken is told here, to holders of a valid link only. */
export const startJoining = route({
	method: 'POST',
	path: '/api/join/start',
	access: 'anyone',
	summary: "Start a new person's OPAQUE registration",
	body: Type.Object({ secret: LinkSecret, username: Username, registrationRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, registrationResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: [
		'accounts.link.invalid',
		'accounts.username.invalid',
		'accounts.username.taken',
		'request.too-many',
	],
});

/** The link is spent in the transaction that makes the account, and this browser is signed in. */
export const finishJoining = route({
	method: 'POST',
	path: '/api/join/finish',
	access: 'anyone',
	summary: 'Finish the registration: the person has an account and is signed in',
	body: Type.Object({
		flow: Flow,
		secret: LinkSecret,
		username: Username,
		displayName: ShortText,
		registrationRecord: OpaqueRecord,
		language: Nullable(Language),
	}),
	reply: Signed,
	errors: [
		'accounts.flow.expired',
		'accounts.link.invalid',
		'accounts.email.taken',
		'accounts.username.invalid',
		'accounts.username.taken',
	],
});

export const getRegistration = route({
	method: 'GET',
	path: '/api/registration',
	access: 'anyone',
	summary: 'Whether anybody may make an account here',
	reply: Type.Object({ isOpen: Type.Boolean() }),
});

/** The answer is the same, and so is the work, whether or not the address belongs to somebody. */
export const requestRegistration = route({
	method: 'POST',
	path: '/api/registration/request',
	access: 'anyone',
	summary: 'Ask for a mail with a link to make an account',
	body: Type.Object({ email: Email, language: Nullable(Language) }),
	errors: ['accounts.registration.closed', 'accounts.email.invalid', 'request.too-many'],
});

export const PersonEntry = Type.Object({
	accountId: Id,
	username: Type.String(),
	displayName: Type.String(),
	role: Role,
	status: AccountStatus,
	/** 2 where the person has a second factor or a passkey. */
	highestLevel: Type.Integer({ minimum: 1, maximum: 2 }),
	hasPassword: Type.Boolean(),
	hasEmail: Type.Boolean(),
	/** Last use of any session that still exists; null where there is none. */
	lastSeenAt: Nullable(TimeMs),
	createdAt: TimeMs,
	/** Set where the account is leaving. */
	deleteAfter: Nullable(TimeMs),
	/** What the asking person may do with this account. */
	may: Type.Object({
		administer: Type.Boolean(),
		/** Roles that may be given, the present one included. */
		roles: Type.Array(InvitedRole, { maxItems: 3 }),
		becomeOwner: Type.Boolean(),
	}),
});
export type PersonEntry = Static<typeof PersonEntry>;

/** Pages of people, for the web and for the machine. */
export const PeoplePage = {
	query: Type.Object({
		after: Type.Optional(Id),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
	}),
	reply: Type.Object({ people: Type.Array(PersonEntry, { maxItems: 100 }), next: Nullable(Id) }),
} as const;

/** Opens each person of the page without their proof, which the keeper counts. */
export const listPeople = route({
	method: 'GET',
	path: '/api/people',
	access: 'administrator',
	summary: 'The people of this server, by id, a page at a time',
	...PeoplePage,
});

export const PersonParams = Type.Object({ accountId: Id });
const personErrors = ['access.step-up-needed', 'access.not-allowed', 'accounts.account.absent'] as const;

export const setRole = route({
	method: 'PUT',
	path: '/api/people/:accountId/role',
	access: 'administrator-fresh',
	summary: "Change a person's role; administrators are made and unmade by the owner only",
	params: PersonParams,
	body: Type.Object({ role: InvitedRole }),
	errors: personErrors,
});

/** Sessions end at once, open streams included; nothing is lost. */
export const deactivate = route({
	method: 'POST',
	path: '/api/people/:accountId/deactivate',
	access: 'administrator-fresh',
	summary: 'Keep a person out without losing anything of theirs',
	params: PersonParams,
	errors: personErrors,
});

export const reactivate = route({
	method: 'POST',
	path: '/api/people/:accountId/reactivate',
	access: 'administrator-fresh',
	summary: 'Let a deactivated person sign in again',
	params: PersonParams,
	errors: personErrors,
});

export const deletePerson = route({
	method: 'POST',
	path: '/api/people/:accountId/delete',
	access: 'administrator-fresh',
	summary: "Delete a person's account: it is gone for good after 30 days",
	params: PersonParams,
	reply: Type.Object({ deleteAfter: TimeMs }),
	errors: personErrors,
});

export const keepPerson = route({
	method: 'POST',
	path: '/api/people/:accountId/keep',
	access: 'administrator-fresh',
	summary: 'Keep an account that is about to be deleted',
	params: PersonParams,
	errors: personErrors,
});

export const handOverOwnership = route({
	method: 'POST',
	path: '/api/people/:accountId/owner',
	access: 'administrator-fresh',
	summary: 'Make an administrator the owner; the owner becomes an administrator',
	params: PersonParams,
	errors: personErrors,
});
