/** Refuses requests that another site made a browser send. Judged from what the browser itself says. */
import type { IncomingHttpHeaders } from 'node:http';
import { pictureTypes } from '@holdfast/contract/route';

export interface Arrived {
	readonly method: string;
	readonly headers: IncomingHttpHeaders;
}

/** Types that a form of another site cannot send; a script's request with one is asked for beforehand. */
const notOfForms: ReadonlySet<string> = new Set(['application/json', ...pictureTypes]);
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * True where the request may change something and does not come from a page of our own.
 *
 * Browsers send `Sec-Fetch-Site` where the transport is secure and `Origin` everywhere; a request with
 * neither was not made by a page. The host is compared with the one the browser itself named, and never
 * used for anything else. A body has to be JSON or a picture, which no form of another site can send.
 *
 * @source Fetch Metadata; OWASP Cross-Site Request Forgery Prevention
 */
export const isCrossSite = (
	{ method, headers }: Arrived,
	publicOrigin: string | null,
	accepts: 'json' | 'form' = 'json',
): boolean =>
	!safeMethods.has(method) &&
	(isFromElsewhere(headers, publicOrigin) || (accepts === 'json' && isForm(headers)));

const isFromElsewhere = (headers: IncomingHttpHeaders, publicOrigin: string | null): boolean => {
	const site = headers['sec-fetch-site'];
	if (site !== undefined) return site !== 'same-origin' && site !== 'none';
	const origin = headers.origin;
	if (origin === undefined || origin === publicOrigin) return false;
	return hostOf(origin) !== headers.host?.toLowerCase();
};

/** Null for `null`, which sandboxed frames send, and for anything that is not an origin. */
const hostOf = (origin: string): string | null => {
	const url = URL.parse(origin);
	return url && url.origin === origin && url.protocol.startsWith('http') ? url.host : null;
};

const isForm = (headers: IncomingHttpHeaders): boolean => {
	const type = headers['content-type'];
	if (type === undefined)
		return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
	return !notOfForms.has(type.split(';')[0]!.trim().toLowerCase());
};
