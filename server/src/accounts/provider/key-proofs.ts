/** Proofs of the key that an app's token is bound to, with every call (RFC 9449 7). */
import { isFault } from '#platform/fault.ts';
import type { Context } from '../context.ts';
import { checkProof, proofAgeMaxMs } from '../devices/dpop.ts';

/** A call as it came. */
export interface ProvenCall {
	readonly method: string;
	/** Without query. */
	readonly path: string;
	/** Exactly one `DPoP` header, or null. */
	readonly proof: string | null;
	readonly token: string;
	readonly thumbprint: string;
}

/** Proofs remembered at most; the oldest goes first. */
const proofsMax = 200_000;

/**
 * Remembers proofs in this process, so that one is taken once. Another replica would take it again: its
 * thumbprint, token, method and path would still have to match.
 */
const createMemory = () => {
	const until = new Map<string, number>();
	return (proofHash: string, now: number): boolean => {
		const isKnown = (until.get(proofHash) ?? 0) > now;
		if (isKnown) return false;
		until.set(proofHash, now + 2 * proofAgeMaxMs);
		for (const [oldest, end] of until) {
			if (end > now && until.size <= proofsMax) break;
			until.delete(oldest);
		}
		return true;
	};
};

/** Makes the check of one process. */
export const createKeyProofs = ({ clock, publicUrl }: Pick<Context, 'clock' | 'publicUrl'>) => {
	const isNew = createMemory();
	return async (call: ProvenCall): Promise<boolean> => {
		if (call.proof === null) return false;
		const { method, path, token } = call;
		const origin = publicUrl();
		const asked = {
			method,
			path,
			token,
			isTokenNamed: true,
			isNonce: null,
			origins: origin === null ? null : [origin],
			now: clock.now(),
		};
		const proof = await checkProof(call.proof, asked).catch((error: unknown) => {
			if (isFault(error)) return null;
			throw error;
		});
		return proof?.thumbprint === call.thumbprint && isNew(proof.proofHash, clock.now());
	};
};
