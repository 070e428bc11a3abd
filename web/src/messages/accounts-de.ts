/** German texts of set-up, sign-in, security and settings. */
import type { accountsEn } from './accounts-en.ts';

export const accountsDe: Readonly<Record<keyof typeof accountsEn, string>> = {
	'page.setup': 'Einrichten',
	'page.sign-in': 'Anmelden',
};
