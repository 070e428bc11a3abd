/** Our mails in English. */
import type { NoticeTemplate, LetterTemplate, Template } from './templates.ts';
import type { Language, Words } from './words.ts';

const letters: Readonly<Record<LetterTemplate, Words>> = {
	'password-reset': {
		subject: 'Choose a new password',
		body: [
			'Somebody, hopefully you, asked for a new password for the Holdfast account with this mail address.',
		],
		button: 'Choose a new password',
		after: [
			'The link works once, for 30 minutes. A newer mail of this kind takes its place.',
			'If it was not you, leave this mail alone: nothing has changed, and your password still works.',
		],
	},
	'verify-email': {
		subject: 'Confirm your mail address',
		body: ['Somebody, hopefully you, gave this mail address for a Holdfast account.'],
		button: 'Confirm this address',
		after: ['If it was not you, leave this mail alone: without the link the address is not used.'],
	},
	registration: {
		subject: 'Make your Holdfast account',
		body: ['Somebody, hopefully you, asked for a Holdfast account with this mail address.'],
		button: 'Make the account',
		after: ['If it was not you, leave this mail alone: no account is made without the link.'],
	},
	'registration-taken': {
		subject: 'You have a Holdfast account already',
		body: [
			'Somebody, hopefully you, asked for a new Holdfast account with this mail address. There is one already.',
			'Sign in as always, or ask for a new password on the sign-in page. If it was not you, nothing has changed.',
		],
	},
	'sign-in-code': {
		subject: 'Your code to sign in',
		body: [
			'Somebody is signing in to your Holdfast account on a new device. If that is you, type this code there:',
		],
		after: ['It works once, for 10 minutes. Give it to nobody. If it was not you, change your password.'],
	},
	invitation: {
		subject: 'You are invited to Holdfast',
		body: ['You are invited to a Holdfast server: films, series, music and photos on every screen.'],
		button: 'Accept the invitation',
		after: ['If you do not know who invites you, leave this mail alone.'],
	},
	test: {
		subject: 'Mail from Holdfast arrives',
		body: ['This is the test mail that was asked for in the settings. Mail works.'],
	},
};

type Happened = Readonly<Record<NoticeTemplate, readonly [subject: string, happened: string]>>;

const notices: Happened = {
	'notice-new-device': ['New device on your account', 'Somebody signed in to your account on a new device.'],
	'notice-unusual-sign-in': [
		'Unusual sign-in to your account',
		'Somebody signed in to your account, and something about it was unusual: the place, the pace, or many failed tries.',
	],
	'notice-password-changed': ['Your password was changed', 'The password of your account was changed.'],
	'notice-password-reset': [
		'Your password was reset',
		'A new password was chosen for your account without the old one.',
	],
	'notice-password-reset-by-code': [
		'Your password was reset with a recovery code',
		'A new password was chosen for your account with one of your recovery codes. That code is used up.',
	],
	'notice-signed-out': [
		'You were signed out everywhere',
		'Every device of your account was signed out, by an administrator or on the machine.',
	],
	'notice-factor-added': [
		'Second factor added',
		'An authenticator app or a passkey was added to your account.',
	],
	'notice-factor-removed': [
		'Second factor removed',
		'An authenticator app or a passkey was removed from your account.',
	],
	'notice-recovery-codes': [
		'New recovery codes',
		'New recovery codes were made for your account. The earlier ones no longer work.',
	],
	'notice-recovery-code-used': [
		'A recovery code was used',
		'One of the recovery codes of your account was used. It does not work again.',
	],
	'notice-reset-code': [
		'A code for a new password was made for you',
		'An administrator made a code with which a new password can be chosen for your account.',
	],
	'notice-factor-code': [
		'A code in place of your second factor was made',
		'An administrator made a code that stands in for the second factor of your account once.',
	],
	'notice-email-changed': ['Your mail address was changed', 'The mail address of your account was changed.'],
	'notice-app-let-in': [
		'An app or a television was let in',
		'An app or a television was let in to your account.',
	],
	'notice-app-password': ['An app password was made', 'A password for an app was made on your account.'],
	'notice-provider-linked': [
		'A sign-in provider was linked',
		'Signing in with another provider was linked to your account.',
	],
	'notice-provider-unlinked': [
		'A sign-in provider was unlinked',
		'Signing in with another provider was taken off your account.',
	],
	'notice-deactivated': [
		'Your account was deactivated',
		'Your account was deactivated: nobody can sign in to it. What is in it stays.',
	],
	'notice-reactivated': ['Your account is back', 'Your account was activated again: you can sign in.'],
	'notice-leaving': [
		'Your account will be deleted',
		'Your account was marked for deletion. For 30 days it can still be brought back.',
	],
	'notice-server-claimed': ['A server was claimed', 'A media server was claimed with your account.'],
	'notice-asked-for-more': [
		'Somebody has trouble signing in to your account',
		'Signing in to your account was slowed down, or more was asked for, because something looked unusual.',
	],
	'notice-exported': ['Your data was exported', 'An archive of everything about your account was made.'],
};

const isLetter = (template: Template): template is LetterTemplate => Object.hasOwn(letters, template);

const words = (template: Template, at: string): Words => {
	if (isLetter(template)) return letters[template];
	const [subject, happened] = notices[template];
	return { subject, body: [happened, `When: ${at}`] };
};

export const english: Language = {
	code: 'en',
	greeting: 'Hello,',
	words,
	notByYou:
		'If it was not you: open your Holdfast server as you always do, go to Security, look at what is signed in, ' +
		'and change your password. If you cannot sign in, ask whoever runs the server.',
	mailNumber: 'Mail number',
	isItOurs:
		'Is this mail really ours? Open your Holdfast server as you always do, not from a mail, and type the mail ' +
		'number under Security.',
	weNeverAsk: 'We never ask for a password or a code by mail or telephone.',
};
