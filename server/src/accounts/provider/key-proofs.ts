/** Proofs of the key that an app's token is bound to, with every call (RFC 9449 7). */
import { isFault } from '#platform/fault.ts';
import type { Context } from '../context.ts';
import { noteProof } from '../devices/device-store.ts';
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

/** Makes the check. A proof is taken once, by whichever process of this service it is sent to. */
export const createKeyProofs =
	({ db, clock, publicUrl }: Pick<Context, 'db' | 'clock' | 'publicUrl'>) =>
	async (call: ProvenCall): Promise<boolean> => {
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
		if (proof?.thumbprint !== call.thumbprint) return false;
		const { proofHash } = proof;
		return noteProof(db.query, { proofHash, expiresAt: clock.now() + 2 * proofAgeMaxMs });
	};
