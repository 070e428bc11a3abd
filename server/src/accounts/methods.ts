/** How a person can prove themselves, and what level that makes. Pure. */

export type Method =
	| 'password'
	| 'passkey'
	| 'totp'
	| 'recovery-code'
	/** A code that an administrator made for somebody who lost their factors. */
	| 'handed-over-code'
	| 'single-sign-on'
	/** A code from a television or an app that was let in from a session elsewhere. */
	| 'device-link';

const second = new Set<Method>(['totp', 'recovery-code', 'handed-over-code', 'passkey']);

/**
 * 1 for one factor, 2 for two. A passkey is two by itself: the device, and the finger or code that opens it.
 *
 * @source NIST SP 800-63B-4 2.2
 */
export const levelOf = (methods: readonly Method[]): 1 | 2 => {
	if (methods.includes('passkey')) return 2;
	const isSecond = methods.some((method) => second.has(method));
	const isFirst = methods.some((method) => !second.has(method));
	return isFirst && isSecond ? 2 : 1;
};
