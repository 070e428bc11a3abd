/** German texts of proving who you are: second step, step-up, and a new password for a lost one. */
import type { proofEn } from './proof-en.ts';

export const proofDe: Readonly<Record<keyof typeof proofEn, string>> = {
	'factor.title': 'Noch ein Schritt',
	'factor.lead': 'Dein Konto verlangt einen zweiten Nachweis.',
	'factor.totp.code': 'Code',
	'factor.totp.code.note': 'Die sechs Ziffern, die deine Authenticator-App gerade zeigt.',
	'factor.totp.instead': 'Authenticator-App verwenden',
	'factor.passkey.use': 'Passkey verwenden',
	'factor.passkey.instead': 'Passkey verwenden',
	'factor.recovery.code': 'Wiederherstellungscode',
	'factor.recovery.code.note': 'Einer von denen, die du aufgeschrieben hast. Er gilt einmal.',
	'factor.recovery-code.short': 'Ein Wiederherstellungscode hat 24 Buchstaben und Ziffern.',
	'factor.recovery-code.instead': 'Wiederherstellungscode verwenden',
	'factor.mailed.code': 'Code aus der Mail',
	'factor.mailed.code.note': 'Er ging an deine Adresse, weil du hier noch nie gesehen wurdest.',
	'factor.mailed-code.short': 'Der Code hat mindestens 8 Buchstaben und Ziffern.',
	'factor.mailed-code.instead': 'Code aus der Mail verwenden',
	'factor.none-here':
		'Dein zweiter Faktor geht unter dieser Adresse nicht. Öffne die öffentliche Adresse dieses Servers oder frag die Person, der er gehört.',
	'factor.again': 'Neu beginnen',

	'step-up.title': 'Zeig, dass du es bist',
	'step-up.lead': 'Bevor es weitergeht: Zeig noch einmal, dass du es bist. Das gilt fünf Minuten.',
	'step-up.password': 'Dein Passwort',
	'step-up.password.wrong': 'Das Passwort stimmt nicht.',
	'step-up.busy': 'Wird geprüft',
	'step-up.or': 'oder',
	'step-up.none':
		'Nichts, was du hast, lässt sich in diesem Browser zeigen. Öffne die öffentliche Adresse dieses Servers, oder melde dich ab und wieder an.',

	'sign-in.unknown': 'Die Anmeldung auf einem neuen Gerät geht nicht?',
	'sign-in.unknown.text':
		'Nach vielen falschen Passwörtern von Geräten, die niemand kennt, genügt auf einem neuen Gerät auch das richtige allein nicht. Du brauchst dann dazu einen Code per Mail oder einen Wiederherstellungscode.',
	'sign-in.unknown.mail': 'Code per Mail schicken',
	'sign-in.unknown.sent': 'Gehören Name und Adresse zusammen, ist ein Code unterwegs.',
	'sign-in.unknown.code': 'Code aus der Mail oder Wiederherstellungscode',
	'sign-in.unknown.email': 'Mailadresse deines Kontos',

	'reset.choose.title': 'Ein neues Passwort',
	'reset.choose.lead':
		'Dein altes kann niemand lesen, also wählst du ein neues. Womit kannst du zeigen, dass du es bist?',
	'reset.mail.choice': 'Per Mail',
	'reset.mail.choice.note': 'Ein Link an deine Adresse, der einmal gilt.',
	'reset.recovery.choice': 'Mit einem Wiederherstellungscode',
	'reset.recovery.choice.note': 'Einer von denen, die du aufgeschrieben hast.',
	'reset.handed.choice': 'Mit einem Code aus der Verwaltung',
	'reset.handed.choice.note': 'Wer verwaltet, gibt ihn dir in die Hand und sieht dein Passwort nie.',
	'reset.machine': 'Der Server gehört dir? Gib an seinem Rechner ein:',
	'reset.mail.title': 'Ein Link per Mail',
	'reset.mail.lead': 'Gib die Adresse ein, die zu deinem Konto gehört.',
	'reset.mail.address': 'Mailadresse',
	'reset.mail.invalid': 'Das ist keine Mailadresse.',
	'reset.mail.action': 'Link schicken',
	'reset.mail.again': 'Noch einen Link schicken',
	'reset.mail.sent':
		'Hat hier ein Konto diese Adresse, ist eine Mail mit einem Link unterwegs. Nach ein paar Minuten nichts da? Sieh im Spam nach oder nimm einen anderen Weg.',
	'reset.mail.none':
		'Dieser Server verschickt keine Mails. Bitte die Verwaltung um einen Code, oder nimm einen Wiederherstellungscode.',
	'reset.link.title': 'Dein neues Passwort',
	'reset.link.lead': 'Der Link gilt einmal: wenn das neue Passwort gespeichert wird.',
	'reset.recovery.title': 'Dein neues Passwort',
	'reset.recovery.lead':
		'Mit deinem Namen und einem deiner Wiederherstellungscodes. Der Code ist danach verbraucht.',
	'reset.handed.title': 'Dein neues Passwort',
	'reset.handed.lead': 'Mit deinem Namen und dem Code, den dir die Verwaltung gegeben hat.',
	'reset.handed.code': 'Code',
	'reset.handed.code.note': 'Von jemandem, der diesen Server verwaltet.',
	'reset.devices.note':
		'Empfohlen. Browser, Fernseher und Apps, die als du angemeldet sind, sind innerhalb einer Sekunde draußen. Deine zweiten Faktoren bleiben, und deine Server bleiben deine.',
	'reset.factor': 'Zweiter Faktor',
	'reset.factor.note':
		'Dein Konto hat einen: ein Code deiner Authenticator-App oder ein Wiederherstellungscode.',
	'reset.action': 'Neues Passwort speichern',
	'reset.other': 'Ein anderer Weg',
	'reset.to-sign-in': 'Zurück zur Anmeldung',
};
