/** What a request shows of itself: a browser's cookie, or an app's access token. Never both. */
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../../accounts/index.ts';
import type { SessionCookies } from './cookies.ts';

const credentialsForm = /^(bearer|dpop) +([A-Za-z0-9._~+/-]{20,512}=*)$/iu;
const schemeForm = /^(bearer|dpop)\b/iu;

/** An access token with its scheme; null where the header holds none of ours. */
export const accessTokenOf = (
	request: FastifyRequest,
): { readonly scheme: 'bearer' | 'dpop'; readonly token: string } | null => {
	const found = credentialsForm.exec(request.headers.authorization ?? '');
	if (!found) return null;
	return { scheme: found[1]!.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token: found[2]! };
};

/**
 * The token that names a session, with its scheme before it where an app sent it. Null where there is none,
 * and where a request shows a cookie and a token: whoever makes it does not know whom it acts for. Other
 * schemes are a proxy's business and are passed over.
 */
export const createTokenReader =
	(cookies: Pick<SessionCookies, 'tokenOf'>) =>
	(request: FastifyRequest): string | null => {
		const cookie = cookies.tokenOf(request);
		if (!schemeForm.test(request.headers.authorization ?? '')) return cookie;
		const shown = accessTokenOf(request);
		return cookie !== null || shown === null ? null : `${shown.scheme} ${shown.token}`;
	};

/** The one `DPoP` header of a request; null where there is none or more than one. */
export const keyProofOf = (request: FastifyRequest): string | null => {
	const values = request.raw.headersDistinct['dpop'] ?? [];
	const [only] = values;
	return values.length === 1 && only !== undefined ? only : null;
};

/** Whether a call proves the key that its token is bound to. */
export const createKeyProver =
	(isKeyProven: Accounts['isKeyProven']) =>
	(request: FastifyRequest, thumbprint: string): Promise<boolean> => {
		const token = accessTokenOf(request)?.token ?? '';
		const path = (request.raw.url ?? '').split('?')[0]!;
		return isKeyProven({ method: request.method, path, proof: keyProofOf(request), token, thumbprint });
	};
