/** The provider of this server: one for as long as its address and keys stay the same, loaded at its first use. */
import type Provider from 'oidc-provider';
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/log.ts';
import type { Accounts } from '../../accounts/index.ts';

export interface OidcNeeds {
	readonly accounts: Pick<Accounts, 'provider'>;
	/** The configured address; null where there is none, and then there is no provider. */
	readonly publicUrl: () => string | null;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Below which path of the public address everything of the protocol lies. */
export const mountPath = '/oauth';

/** The name of this server as a provider. */
export const issuerOf = (publicUrl: string): string => `${publicUrl}${mountPath}`;

/** One provider, for as long as address and keys stay the same. */
export interface Oidc {
	/** Null where no public address is configured. */
	open(): Promise<Provider | null>;
	/** Looks for new keys at the next call. */
	forget(): void;
}

const lookEveryMs = 30_000;

/** The library knows only releases with long-term support, and says so at its first import. */
const loadBuilder = async () => {
	const { warn } = console;
	console.warn = (...words: unknown[]) => {
		if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...words);
	};
	try {
		return (await import('./build-provider.ts')).buildProvider;
	} finally {
		console.warn = warn;
	}
};

export const createOidc = (needs: OidcNeeds): Oidc => {
	let held: { readonly issuer: string; readonly keyId: string | null; readonly provider: Provider } | null =
		null;
	let lookedAt = Number.NEGATIVE_INFINITY;
	const open = async (): Promise<Provider | null> => {
		const publicUrl = needs.publicUrl();
		if (publicUrl === null) return null;
		const issuer = issuerOf(publicUrl);
		const now = needs.clock.now();
		if (held?.issuer === issuer && now - lookedAt < lookEveryMs) return held.provider;
		const keyId = await needs.accounts.provider.newestSigningKeyId();
		lookedAt = now;
		if (held?.issuer === issuer && held.keyId === keyId && keyId !== null) return held.provider;
		const keys = await needs.accounts.provider.signingKeys();
		held = { issuer, keyId: keys[0]?.kid ?? null, provider: (await loadBuilder())(needs, issuer, keys) };
		return held.provider;
	};
	return {
		open,
		forget: () => {
			lookedAt = Number.NEGATIVE_INFINITY;
		},
	};
};
