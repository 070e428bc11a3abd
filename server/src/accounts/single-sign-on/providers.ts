/** The providers' descriptions, read from them now and then. Holds no secret. */
import type { Context } from '../context.ts';
import { discover } from './provider-client.ts';
import type { IssuerRow } from './sso-tables.ts';

type Metadata = Awaited<ReturnType<typeof discover>>;

const freshForMs = 10 * 60_000;
const keptMax = 64;

export interface Providers {
	/** @throws ProviderTrouble */
	metadata(issuer: Pick<IssuerRow, 'issuer' | 'allowsPrivate'>): Promise<Metadata>;
	/** Reads anew the next time, as after a change or an answer that did not hold. */
	forget(issuer: Pick<IssuerRow, 'issuer'>): void;
}

export const createProviders = (needs: Pick<Context, 'clock'>): Providers => {
	const kept = new Map<string, { readonly metadata: Promise<Metadata>; readonly readAt: number }>();
	return {
		metadata: async ({ issuer, allowsPrivate }) => {
			const now = needs.clock.elapsedMs();
			const key = `${allowsPrivate} ${issuer}`;
			const known = kept.get(key);
			if (known && now - known.readAt < freshForMs) return known.metadata;
			const metadata = discover(needs, { issuer, allowsPrivate: allowsPrivate === 1 });
			kept.set(key, { metadata, readAt: now });
			if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
			metadata.catch(() => kept.delete(key));
			return metadata;
		},
		forget: ({ issuer }) => {
			for (const flag of [0, 1]) kept.delete(`${flag} ${issuer}`);
		},
	};
};
