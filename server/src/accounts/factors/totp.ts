/** Time-based one-time codes: 160 bits, six digits, thirty seconds (RFC 6238). Pure. */
import { Secret, TOTP } from 'otpauth';
import { isEqualSecret } from '#platform/ids.ts';
import { randomBase32 } from './base32.ts';

const stepMs = 30_000;
const secretLetters = 32;
/** The code before and the one after count too: clocks differ, and people type slowly. */
const steps = [0, -1, 1] as const;

const settings = { algorithm: 'SHA1', digits: 6, period: stepMs / 1000 } as const;

/** 160 random bits in base 32, as apps take it. */
export const newTotpSecret = (): string => randomBase32(secretLetters);

/** What the QR code says. Neither name may hold a colon, which parts them. */
export const otpauthUrlOf = (secret: string, named: { issuer: string; username: string }): string =>
	new TOTP({
		...settings,
		issuer: named.issuer.replaceAll(':', ' '),
		label: named.username.replaceAll(':', ' '),
		secret: Secret.fromBase32(secret),
	}).toString();

export interface TotpCheck {
	readonly secret: string;
	/** As it was typed; blanks do not matter. */
	readonly code: string;
	/** The newest step that was taken; -1 before the first. */
	readonly lastStep: number;
	readonly now: number;
}

/**
 * The time step that the code belongs to, where it is right and newer than the last one taken; else null.
 * Whoever acts on it takes the step in the same transaction.
 */
export const checkTotp = ({ secret, code, lastStep, now }: TotpCheck): number | null => {
	const totp = new TOTP({ ...settings, secret: Secret.fromBase32(secret) });
	const typed = code.replaceAll(/\s/gu, '');
	const present = Math.floor(now / stepMs);
	let found: number | null = null;
	for (const offset of steps) {
		const step = present + offset;
		const isRight = isEqualSecret(totp.generate({ timestamp: step * stepMs }), typed);
		if (isRight && step > lastStep) found ??= step;
	}
	return found;
};
