/** What can go wrong with a provider, in words that an administrator and a person can act on. */
import type { ProviderFinding } from '@holdfast/contract/single-sign-on';
import { EgressRefusal, type EgressRefusalReason } from '#platform/egress/client.ts';
import { Fault } from '#platform/fault.ts';

/** `untrusted`: it answered, and the answer did not hold. */
export type Trouble = Exclude<ProviderFinding, 'works' | 'no-public-address'> | 'untrusted';

export class ProviderTrouble extends Error {
	readonly trouble: Trouble;
	constructor(trouble: Trouble, options: { cause?: unknown } = {}) {
		super(`the provider: ${trouble}`, options);
		this.name = 'ProviderTrouble';
		this.trouble = trouble;
	}
}

const byRefusal: Readonly<Record<EgressRefusalReason, Trouble>> = {
	host: 'endpoint-refused',
	address: 'needs-private',
	redirect: 'redirects',
	type: 'no-provider',
	size: 'too-large',
	time: 'too-slow',
	unreachable: 'unreachable',
	aborted: 'unreachable',
};

const refusalIn = (error: unknown): EgressRefusal | null => {
	let inner = error;
	for (let depth = 0; depth < 5 && inner instanceof Error; depth += 1) {
		if (inner instanceof EgressRefusal) return inner;
		inner = inner.cause;
	}
	return null;
};

/** The library's errors as ours: what the outbound client refused, else what was being tried. */
export const troubleOf = (error: unknown, otherwise: Trouble): ProviderTrouble => {
	const refusal = refusalIn(error);
	if (refusal) return new ProviderTrouble(byRefusal[refusal.reason], { cause: error });
	const isOfAnotherIssuer = (error as { code?: unknown })?.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
	return new ProviderTrouble(isOfAnotherIssuer ? 'other-issuer' : otherwise, { cause: error });
};

/** What a person is told of it. */
export const faultOfTrouble = (trouble: ProviderTrouble): Fault =>
	new Fault(trouble.trouble === 'untrusted' ? 'accounts.provider.refused' : 'accounts.provider.unreachable', {
		cause: trouble,
	});
