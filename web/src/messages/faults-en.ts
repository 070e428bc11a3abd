/**
 * English texts of the faults: one for every code of the contract, taken from its table where that reads well
 * to people.
 */
import type { FaultCode } from '@holdfast/contract/errors';

type FaultKey = `fault.${FaultCode | 'network.away' | 'unknown' | 'retry-in'}`;

export const faultsEn = {
	'fault.unknown': 'Something unexpected happened on this page. Try again, or load the page anew.',
	'fault.network.away':
		'Check that the server is running and that this device is in its network. Nothing is lost.',
	'fault.retry-in':
		'{seconds, plural, =1 {Try again in one second.} other {{minutes, plural, =1 {Try again in # minute.} other {Try again in # minutes.}}}}',
	'fault.request.malformed': 'The server did not understand the request. Load the page anew and try again.',
	'fault.request.too-large': 'That is more than this server takes at once.',
	'fault.request.cross-site': 'The request came from another site and was refused. Open Holdfast directly.',
	'fault.request.unknown-route':
		'There is nothing at this address. The page may be older than the server: load it anew.',
	'fault.request.too-many': 'Too many tries in a short time.',
	'fault.server.broken': 'Something went wrong on the server. It has been written to its log.',
	'fault.server.stopping': 'The server is stopping or starting. Try again in a moment.',
	'fault.server.keeper-away':
		'The part of the server that guards the keys is not answering. Try again in a moment.',
	'fault.server.keeper-refused': 'The part of the server that guards the keys takes no more work for now.',
	'fault.server.database-away': 'The database is not answering. Try again in a moment.',
	'fault.server.disk-full': 'The disk of the server is full. Nothing can be stored until there is room.',
	'fault.server.database-busy': 'The database is busy. Try again in a moment.',
	'fault.access.sign-in-needed': 'Sign in to see this.',
	'fault.access.not-allowed': 'Your account may not do this. Ask the owner of this server.',
	'fault.accounts.setup.code-wrong':
		'This code is not right. The newest one stands where the server was started.',
	'fault.accounts.setup.finished': 'This server has an owner already. Sign in instead.',
	'fault.accounts.credentials.wrong': 'The name or the password is not right.',
	'fault.accounts.flow.expired': 'This step took too long or was used already. Start again.',
	'fault.accounts.username.invalid':
		'A name has 2 to 64 characters: letters, digits, spaces, dots, dashes or underscores.',
	'fault.accounts.username.taken': 'This name is taken on this server.',
	'fault.accounts.device.proof-wrong': 'The key of this device could not be confirmed. Sign in again.',
	'fault.accounts.device.nonce-needed': 'This device has to confirm itself once more. Try again.',
	'fault.accounts.session.confirm-needed': 'This is a server. Say that you want to release it.',
	'fault.accounts.session.absent': 'This one is signed out already.',
	'fault.accounts.account.absent': 'There is no such account.',
	'fault.access.step-up-needed': 'Prove once more that it is you, then this will go on.',
	'fault.access.factor-needed':
		'This server asks for a second factor. Add one under Security, then everything opens.',
	'fault.accounts.factor.wrong': 'This code or passkey is not right. Codes change every 30 seconds.',
	'fault.accounts.factor.too-many': 'This account has as many of these as it may have. Remove one first.',
	'fault.accounts.factor.absent': 'This second factor is gone already.',
	'fault.accounts.factor.last':
		'This server asks for a second factor, and this is the only one. Add another first.',
	'fault.accounts.passkey.impossible': 'Passkeys need HTTPS and the public address of this server.',
	'fault.accounts.reset.proof-wrong': 'This link or code is not valid any more. Ask for a new one.',
	'fault.accounts.reset.factor-needed': 'This account has a second factor. Its code is needed too.',
	'fault.accounts.email.absent': 'There is no mail address to send to. Add yours first.',
	'fault.accounts.email.invalid': 'This does not look like a mail address.',
	'fault.accounts.email.taken': 'This mail address belongs to another account on this server.',
	'fault.accounts.mail.unconfigured':
		'This server sends no mail yet, so no address can be proven. An administrator can set up a mail server: the documentation of the settings says how.',
	'fault.accounts.link.invalid':
		'This link is not valid any more: it was used, taken back, or is too old. Ask for a new one.',
	'fault.accounts.invitation.absent': 'This invitation is gone already.',
	'fault.accounts.invitations.too-many': 'There are too many open invitations. Take some back first.',
	'fault.accounts.registration.closed':
		'This server lets people in by invitation only. Ask somebody who is here.',
	'fault.accounts.picture.unusable':
		'This is not a picture that can be used. Choose a JPEG, PNG or WebP file of at most 2 MB.',
	'fault.accounts.picture.absent': 'There is no picture any more.',
	'fault.accounts.username.differs': 'This is not your username.',
	'fault.accounts.owner.stays': 'The owner cannot be deleted. Hand the server over to somebody else first.',
	'fault.accounts.kit.saved-before':
		'The recovery kit was given out before and is shown only once. A new one can be made on the machine itself.',
	'fault.accounts.provider.absent': 'There is no such provider.',
	'fault.accounts.provider.blocked': 'Signing in with this provider is switched off on this server.',
	'fault.accounts.provider.no-address':
		'This server has no public address yet, and a provider needs one to send you back to. An administrator sets it under Settings.',
	'fault.accounts.provider.unreachable':
		'The provider does not answer as it should. Try again later, or sign in another way.',
	'fault.accounts.provider.refused':
		'The answer of the provider could not be trusted. Nothing was changed. Start again.',
	'fault.accounts.provider.declined': 'The provider says that you did not sign in there.',
	'fault.accounts.provider.not-linked':
		'Your account at this provider is not linked to an account here. Sign in with your password and link it under Security, or use an invitation.',
	'fault.accounts.provider.link-afresh':
		'The link to this provider has to be made again. Sign in another way and link it under Security.',
	'fault.accounts.provider.not-fresh':
		'This provider does not say that you signed in just now. Use a passkey or an authenticator app instead.',
	'fault.accounts.provider.linked-before':
		'That account is linked already, or you have linked another one of the same provider.',
	'fault.accounts.provider.last': 'Nothing else would sign you in. Set a password or add a passkey first.',
	'fault.accounts.provider.exists': 'This provider is set up already.',
	'fault.accounts.provider.address-refused':
		'The address of a provider begins with https:// and has nothing after a question mark. Without TLS it must be in your own network.',
	'fault.servers.claim.code-wrong': 'No server shows this code now. Look for the newest one on its console.',
	'fault.servers.too-many': 'You have as many servers as one account can. Let go of one first.',
	'fault.servers.server.absent': 'There is no such server.',
	'fault.servers.people.too-many': 'This server has as many people as it can.',
	'fault.servers.people.twice': 'This person was let in already.',
	'fault.servers.entry.invalid': 'This request of the server is too old or not right. Start again there.',
	'fault.servers.entry.refused': 'The owner of this server has not let you in.',
	'fault.servers.assertion.wrong': 'The server could not prove itself.',
	'fault.access.authority-away':
		'The account service cannot be reached, so nobody new can come in for now. Try again later.',
	'fault.access.authority-none': 'This server knows its people itself.',
	'fault.access.unclaimed': 'Nobody has claimed this server yet.',
	'fault.access.address-unknown':
		'This server does not know the address in your browser as one of its own. Open it by its public address.',
	'fault.access.entry-failed': 'Signing in did not work. Start again.',

	'fault.accounts.link.code-wrong': 'This code is not valid. Look at the device for the newest one.',
	'fault.accounts.link.number-wrong':
		'That is not the number on the device, so the request was refused. Start again on the device.',
	'fault.accounts.app.absent': 'This app or its question is not here any more.',
	'fault.accounts.app.address-refused':
		'An address to return to has to be whole, without a fragment, a name or a wildcard in it.',
	'fault.accounts.app.no-address': 'This server has no public address yet, and apps need one to find it.',
	'fault.accounts.app-password.plain-off':
		'App passwords of the weaker kind are switched off on this server.',
	'fault.accounts.app-password.too-many':
		'You have as many app passwords as there can be. End one that you do not need.',
	'fault.settings.address.invalid': 'A browser cannot open this address. It begins with http:// or https://.',
	'fault.catalogue.item.absent': 'This title is not here any more.',
	'fault.catalogue.library.absent': 'This library is not here any more.',
	'fault.catalogue.library.name-taken': 'There is a library with this name already.',
	'fault.catalogue.folder.refused': 'The owner of the machine did not allow this folder.',
	'fault.catalogue.folder.unreadable': 'The server cannot read this folder.',
	'fault.catalogue.image.absent': 'This picture is not here any more.',
	'fault.catalogue.file.away':
		'The disk or share with this file is not connected right now. Nothing is lost.',
	'fault.playback.session.absent': 'This playback has ended. Start it again.',
	'fault.playback.plan.impossible': 'This file cannot be played on this device.',
	'fault.playback.segment.absent': 'This part of the title is missing.',
	'fault.playback.subtitle.absent': 'This subtitle is not here any more.',
	'fault.playback.file.changed': 'The file changed while it was playing. Start it again.',
	'fault.playback.range.unsatisfiable': 'The file ends before this point.',
	'fault.playback.transcode.busy': 'The server is converting as many films as it can. Try again soon.',
	'fault.playback.transcode.failed': 'The server could not convert this file.',
	'fault.playback.transcode.unavailable':
		'This file has to be converted, and the server has no ffmpeg for it.',
} as const satisfies Readonly<Record<FaultKey, string>>;
