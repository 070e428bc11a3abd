/**
 * Nonces for proofs of devices (RFC 9449 8): a time under a MAC, so that nothing is kept for whoever asks.
 * The key lives as long as the process; a client with a nonce of another one is given a fresh one.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import { isEqualSecret } from '#platform/ids.ts';

const lifetimeMs = 5 * 60_000;

export interface Nonces {
	make(): string;
	isGood(nonce: string): boolean;
}

export const createNonces = ({ clock }: { readonly clock: Pick<Clock, 'now'> }): Nonces => {
	const key = randomBytes(32);
	const macOf = (at: string): string => createHmac('sha256', key).update(at).digest('base64url');
	return {
		make: () => {
			const at = clock.now().toString(36);
			return `${at}.${macOf(at)}`;
		},
		isGood: (nonce) => {
			const [at = '', mac = ''] = nonce.split('.');
			const age = clock.now() - Number.parseInt(at, 36);
			return isEqualSecret(mac, macOf(at)) && age >= 0 && age < lifetimeMs;
		},
	};
};
