/** Passkeys through the browser: whether this page can have them, and the two conversations with one. */
import type { ServerStatus } from '@holdfast/contract/system';
import type {
	AuthenticationResponseJSON,
	PublicKeyCredentialCreationOptionsJSON,
	PublicKeyCredentialRequestOptionsJSON,
	RegistrationResponseJSON,
} from '@simplewebauthn/browser';

/** A person closed the browser's own window, or it waited too long. Nothing failed: nothing is said. */
export class PasskeyDeclined extends Error {
	constructor() {
		super('declined');
		this.name = 'PasskeyDeclined';
	}
}

/** Why there can be none here; null where there can. */
export type NoPasskeys = 'plain-http' | 'browser' | 'no-address' | 'other-address' | 'number-address';

const isNumberAddress = (host: string): boolean => /^[\d.]+$|^\[/.test(host);

const originOf = (url: string): URL | null => {
	try {
		return new URL(url);
	} catch {
		return null;
	}
};

/** The parts of a page on which passkeys hang; from the window unless told. */
export interface PageFacts {
	readonly origin: string;
	readonly isSecure: boolean;
	readonly hasPasskeys: boolean;
}

const factsOfPage = (): PageFacts => ({
	origin: location.origin,
	isSecure: isSecureContext,
	hasPasskeys: typeof globalThis.PublicKeyCredential === 'function',
});

/** A passkey belongs to one name reached in a secure way: the public address of this server. */
export const whyNoPasskeys = (
	status: Pick<ServerStatus, 'publicUrl'>,
	page: PageFacts = factsOfPage(),
): NoPasskeys | null => {
	if (isNumberAddress(new URL(page.origin).hostname)) return 'number-address';
	if (!page.isSecure) return 'plain-http';
	if (!page.hasPasskeys) return 'browser';
	if (status.publicUrl === null) return 'no-address';
	return originOf(status.publicUrl)?.origin === page.origin ? null : 'other-address';
};

const declined = ['NotAllowedError', 'AbortError'];

const orDeclined = async <T>(asking: Promise<T>): Promise<T> => {
	try {
		return await asking;
	} catch (error) {
		if (error instanceof Error && declined.includes(error.name)) throw new PasskeyDeclined();
		throw error;
	}
};

/** Shows a passkey. `isAutofill` offers them in the name field instead of a window of their own. */
export const showPasskeyTo = async (
	options: object,
	isAutofill = false,
): Promise<AuthenticationResponseJSON> => {
	const { startAuthentication } = await import('@simplewebauthn/browser');
	const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
	return orDeclined(startAuthentication({ optionsJSON, useBrowserAutofill: isAutofill }));
};

/** Makes a passkey. */
export const makePasskeyFor = async (options: object): Promise<RegistrationResponseJSON> => {
	const { startRegistration } = await import('@simplewebauthn/browser');
	return orDeclined(startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }));
};

/** Whether this browser can offer passkeys while a name is typed. */
export const canAutofillPasskeys = async (): Promise<boolean> => {
	const { browserSupportsWebAuthnAutofill } = await import('@simplewebauthn/browser');
	return browserSupportsWebAuthnAutofill();
};

/** Ends an offer in the name field that nobody took. */
export const endPasskeyOffer = async (): Promise<void> => {
	const { WebAuthnAbortService } = await import('@simplewebauthn/browser');
	WebAuthnAbortService.cancelCeremony();
};
