/**
 * Every fault a client can meet: a stable dotted code, its kind, and the English text shown when a client has
 * no translation. Codes are API and never change meaning; texts are not.
 */

/**
 * The closed list of what can go wrong, seen from a client. Each facade maps a kind to its own status once.
 */
export type FaultKind =
	| 'invalid'
	| 'unauthenticated'
	| 'forbidden'
	| 'absent'
	| 'conflict'
	| 'exhausted'
	| 'unavailable'
	| 'broken';

interface FaultEntry {
	readonly kind: FaultKind;
	readonly text: string;
}

const entry = (kind: FaultKind, text: string): FaultEntry => ({ kind, text });

/** Code to kind and text. A test holds that each code is thrown by some test and carries a text. */
export const faultTable = {
	'request.malformed': entry('invalid', 'The request does not have the expected shape.'),
	'request.too-large': entry('invalid', 'The request is larger than this server accepts.'),
	'request.cross-site': entry('forbidden', 'The request came from another site and was refused.'),
	'request.unknown-route': entry('absent', 'There is nothing at this address.'),
	'request.too-many': entry('exhausted', 'Too many requests. Try again a little later.'),
	'server.broken': entry('broken', 'Something went wrong on the server. It has been written to its log.'),
	'server.stopping': entry('unavailable', 'The server is stopping or starting. Try again in a moment.'),
	'server.keeper-away': entry('unavailable', 'The key keeper is not answering. Try again in a moment.'),
	'server.keeper-refused': entry('exhausted', 'The key keeper refuses to open more records for now.'),
	'server.database-away': entry('unavailable', 'The database is not answering. Try again in a moment.'),
	'server.disk-full': entry(
		'unavailable',
		'The disk of the server is full. Nothing can be stored until there is room.',
	),
	'server.database-busy': entry('unavailable', 'The database is busy. Try again in a moment.'),

	'access.sign-in-needed': entry('unauthenticated', 'Sign in to see this.'),
	'access.not-allowed': entry('forbidden', 'Your account may not do this.'),
	'access.step-up-needed': entry('forbidden', 'Prove once more that it is you, then this will go on.'),
	'access.factor-needed': entry('forbidden', 'This server asks for a second factor. Add one to go on.'),

	'accounts.setup.code-wrong': entry(
		'forbidden',
		'This set-up code is not valid. Look for the newest one on the console.',
	),
	'accounts.setup.finished': entry('conflict', 'This server has an owner already.'),
	'accounts.credentials.wrong': entry('unauthenticated', 'The name or the password is not right.'),
	'accounts.flow.expired': entry('invalid', 'This step took too long or was used already. Start again.'),
	'accounts.username.invalid': entry(
		'invalid',
		'A name has 2 to 64 characters: letters, digits, spaces, dots, dashes or underscores.',
	),
	'accounts.username.taken': entry('conflict', 'This name is taken on this server.'),
	'accounts.device.proof-wrong': entry('unauthenticated', "The proof of this device's key is not right."),
	'accounts.device.nonce-needed': entry(
		'unauthenticated',
		'Prove it once more, with the nonce of this answer.',
	),
	'accounts.session.confirm-needed': entry(
		'conflict',
		'This is a server. Confirm that it is to be released.',
	),
	'accounts.session.absent': entry('absent', 'There is no such session.'),
	'accounts.account.absent': entry('absent', 'There is no such account.'),
	'accounts.factor.wrong': entry('unauthenticated', 'This code or passkey is not right.'),
	'accounts.factor.absent': entry('absent', 'There is no such second factor.'),
	'accounts.factor.last': entry(
		'conflict',
		'This server asks for a second factor, and this is the only one. Add another first.',
	),
	'accounts.factor.too-many': entry(
		'conflict',
		'This account has as many of these as it may have. Remove one first.',
	),
	'accounts.passkey.impossible': entry(
		'invalid',
		'Passkeys need HTTPS and the public address of this server.',
	),
	'accounts.reset.proof-wrong': entry(
		'unauthenticated',
		'This link or code is not valid any more. Ask for a new one.',
	),
	'accounts.reset.factor-needed': entry(
		'unauthenticated',
		'This account has a second factor. Its code is needed too.',
	),
	'accounts.email.absent': entry('absent', 'There is no mail address to send to.'),
	'accounts.email.invalid': entry('invalid', 'This does not look like a mail address.'),
	'accounts.email.taken': entry('conflict', 'This mail address belongs to another account here.'),
	'accounts.mail.unconfigured': entry(
		'conflict',
		'This server sends no mail, so no address can be proven. An administrator can set up a mail server.',
	),
	'accounts.link.invalid': entry(
		'unauthenticated',
		'This link is not valid any more: it was used, taken back, or is too old.',
	),
	'accounts.invitation.absent': entry('absent', 'There is no such open invitation.'),
	'accounts.invitations.too-many': entry(
		'conflict',
		'There are too many open invitations. Take some back first.',
	),
	'accounts.registration.closed': entry('forbidden', 'This server lets people in by invitation only.'),
	'accounts.picture.unusable': entry('invalid', 'This is not a picture that can be used.'),
	'accounts.picture.absent': entry('absent', 'There is no such picture.'),
	'accounts.username.differs': entry('invalid', 'This is not your username.'),
	'accounts.owner.stays': entry(
		'conflict',
		'The owner cannot be deleted. Hand the server over to somebody else first.',
	),
	'accounts.kit.saved-before': entry(
		'conflict',
		'The recovery kit was already given out. Make a new one on the machine.',
	),

	'accounts.provider.absent': entry('absent', 'There is no such provider.'),
	'accounts.provider.blocked': entry('forbidden', 'Signing in with this provider is switched off here.'),
	'accounts.provider.no-address': entry(
		'conflict',
		'This server has no public address yet, and providers need one to send people back to.',
	),
	'accounts.provider.unreachable': entry(
		'unavailable',
		'The provider does not answer as it should. Try again later, or sign in another way.',
	),
	'accounts.provider.refused': entry(
		'unauthenticated',
		'The answer of the provider could not be trusted. Nothing was changed. Start again.',
	),
	'accounts.provider.declined': entry('unauthenticated', 'The provider says that you did not sign in there.'),
	'accounts.provider.not-linked': entry(
		'unauthenticated',
		'This account of the provider is not linked here. Sign in with your password and link it under Security.',
	),
	'accounts.provider.link-afresh': entry(
		'unauthenticated',
		'The link to this provider has to be made again. Sign in another way and link it under Security.',
	),
	'accounts.provider.not-fresh': entry(
		'unauthenticated',
		'The provider does not say that you signed in just now. Use a passkey or an authenticator app.',
	),
	'accounts.provider.linked-before': entry(
		'conflict',
		'This account of the provider is linked already, or you have linked another one of the same provider.',
	),
	'accounts.provider.last': entry(
		'conflict',
		'Nothing else would sign you in. Set a password or add a passkey first.',
	),
	'accounts.provider.exists': entry('conflict', 'This provider is set up already.'),
	'accounts.provider.address-refused': entry(
		'invalid',
		'The address of a provider begins with https:// and has no query. Without TLS it must be private.',
	),

	'servers.claim.code-wrong': entry(
		'forbidden',
		'No server shows this code now. Look for the newest one on its console.',
	),
	'servers.too-many': entry('conflict', 'You have as many servers as one account can. Let go of one first.'),
	'servers.server.absent': entry('absent', 'There is no such server.'),
	'servers.people.too-many': entry('conflict', 'This server has as many people as it can.'),
	'servers.people.twice': entry('conflict', 'This person was let in already.'),
	'servers.entry.invalid': entry(
		'invalid',
		'This request of the server is too old or not right. Start again there.',
	),
	'servers.entry.refused': entry('forbidden', 'The owner of this server has not let you in.'),
	'servers.assertion.wrong': entry('unauthenticated', 'The server could not prove itself.'),
	'access.authority-away': entry(
		'unavailable',
		'The account service cannot be reached, so nobody new can come in for now.',
	),
	'access.authority-none': entry('conflict', 'This server knows its people itself.'),
	'access.unclaimed': entry('conflict', 'Nobody has claimed this server yet.'),
	'access.address-unknown': entry(
		'invalid',
		'This server does not know the address in your browser as one of its own.',
	),
	'access.entry-failed': entry('unauthenticated', 'Signing in did not work. Start again.'),

	'accounts.link.code-wrong': entry(
		'absent',
		'This code is not valid. Look at the device for the newest one.',
	),
	'accounts.link.number-wrong': entry(
		'conflict',
		'That is not the number on the device. The request was refused. Start again on the device.',
	),
	'accounts.app.absent': entry('absent', 'There is no such app.'),
	'accounts.app.address-refused': entry(
		'invalid',
		'An address to return to is a whole address without a fragment, a name or a wildcard in it.',
	),
	'accounts.app.no-address': entry(
		'conflict',
		'This server has no public address yet, and apps need one to find it. An administrator can set it.',
	),
	'accounts.app-password.plain-off': entry(
		'forbidden',
		'App passwords of the weaker kind are switched off on this server.',
	),
	'accounts.app-password.too-many': entry(
		'conflict',
		'There are as many app passwords as one person can have. End one that is not needed.',
	),

	'settings.address.invalid': entry('invalid', 'This is not an address that a browser can open.'),

	'catalogue.item.absent': entry('absent', 'There is no such title.'),
	'catalogue.library.absent': entry('absent', 'There is no such library.'),
	'catalogue.library.name-taken': entry('conflict', 'There is a library with this name already.'),
	'catalogue.folder.refused': entry(
		'forbidden',
		'This folder is not one that the owner of the machine allowed.',
	),
	'catalogue.folder.unreadable': entry('unavailable', 'The server cannot read this folder.'),
	'catalogue.image.absent': entry('absent', 'There is no such picture.'),
	'catalogue.file.away': entry('unavailable', 'The disk or share with this file is not there right now.'),

	'playback.session.absent': entry('absent', 'This playback has ended. Start it again.'),
	'playback.plan.impossible': entry('invalid', 'This file cannot be played on this device.'),
	'playback.segment.absent': entry('absent', 'There is no such part of this title.'),
	'playback.subtitle.absent': entry('absent', 'There is no such subtitle.'),
	'playback.file.changed': entry('conflict', 'The file changed while it was playing. Start it again.'),
	'playback.range.unsatisfiable': entry('invalid', 'The file ends before the part that was asked for.'),
	'playback.transcode.busy': entry(
		'exhausted',
		'The server is converting as many films as it can. Try again soon.',
	),
	'playback.transcode.failed': entry('unavailable', 'The server could not convert this file.'),
	'playback.transcode.unavailable': entry(
		'unavailable',
		'This file needs ffmpeg, which this server does not have.',
	),
} as const satisfies Record<string, FaultEntry>;

/** A stable name for one thing that can go wrong, such as `accounts.credentials.wrong`. */
export type FaultCode = keyof typeof faultTable;

/** All codes, in the order of the table. */
export const faultCodes = Object.keys(faultTable) as FaultCode[];
