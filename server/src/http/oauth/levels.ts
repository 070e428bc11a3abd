/** How we say to apps in what way somebody proved themselves. */

const names: Readonly<Record<string, string>> = {
	password: 'pwd',
	totp: 'otp',
	passkey: 'pop',
	'recovery-code': 'otp',
	'single-sign-on': 'fed',
};

/** `acr_values` that apps may ask for. */
export const levels = ['urn:holdfast:level:1', 'urn:holdfast:level:2'] as const;

export const acrOf = (level: number): string => (level >= 2 ? levels[1] : levels[0]);

/** Which level `acr_values` asks for: the first word that we know. */
export const levelOfAcr = (values: unknown): 1 | 2 => {
	const words = typeof values === 'string' ? values.split(' ') : [];
	return words.find((word) => levels.some((level) => level === word)) === levels[1] ? 2 : 1;
};

/** @source RFC 8176, where it has a word. */
export const amrOf = (methods: readonly string[], level: number): string[] => {
	const words = methods.flatMap((method) => names[method] ?? []);
	return [...new Set([...words, ...(level >= 2 ? ['mfa'] : [])])];
};
