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
	'factor.recovery.code.short': 'Ein Wiederherstellungscode hat 16 Buchstaben und Ziffern.',
	'factor.recovery-code.instead': 'Wiederherstellungscode verwenden',
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
};
