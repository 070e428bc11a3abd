/** English texts of set-up, sign-in, security and settings. */
export const accountsEn = {
	'page.setup': 'Set up',
	'page.sign-in': 'Sign in',
} as const;
