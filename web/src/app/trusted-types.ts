/**
 * The one Trusted Types policy of the app: scripts and workers come from this address or from a blob
 * this page made. Nothing here makes HTML from text.
 */

interface PolicyRules {
	createScriptURL: (url: string) => string;
}
interface TrustedTypesFactory {
	createPolicy: (name: string, rules: PolicyRules) => unknown;
}

const isOwnScript = (url: string): boolean => {
	const parsed = new URL(url, document.baseURI);
	return parsed.origin === location.origin;
};

const createScriptURL = (url: string): string => {
	if (!isOwnScript(url)) throw new TypeError('a script may come from this server only');
	return url;
};

/** Must run before the first worker starts. Does nothing where the browser has no Trusted Types. */
export const installTrustedTypes = (): void => {
	const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
	factory?.createPolicy('default', { createScriptURL });
};
