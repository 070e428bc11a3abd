/** Leaves for another service that vouches for this person, and remembers where to go on afterwards. */
import {
	startJoinWithProvider,
	startProviderLink,
	startProviderSignIn,
	startProviderStepUp,
} from '@holdfast/contract/single-sign-on';
import { call } from '../api/client.ts';
import { readSession, writeSession } from '../app/storage.ts';

const returnKey = 'provider-return';

/** Where a person goes on: after success, and where nothing came of it. */
export interface Return {
	readonly next: string;
	readonly back: string;
}

/** Only addresses of this app: a link must not lead somebody away. */
export const isOwnAddress = (address: unknown): address is string =>
	typeof address === 'string' && /^\/(?![/\\])/.test(address);

/** What was remembered when this tab left; the start page where nothing was. */
export const readReturn = (): Return => {
	try {
		const { next, back } = JSON.parse(readSession(returnKey) ?? '{}') as Partial<Return>;
		return { next: isOwnAddress(next) ? next : '/', back: isOwnAddress(back) ? back : '/' };
	} catch {
		return { next: '/', back: '/' };
	}
};

export type ProviderErrand =
	| { readonly kind: 'sign-in' | 'step-up' | 'link' }
	| {
			readonly kind: 'join';
			readonly invitation: string;
			readonly username: string;
			readonly displayName: string;
	  };

const routes = {
	'sign-in': startProviderSignIn,
	'step-up': startProviderStepUp,
	link: startProviderLink,
} as const;

const start = (errand: ProviderErrand, providerId: string): Promise<{ url: string }> => {
	if (errand.kind !== 'join') return call(routes[errand.kind], { body: { providerId } });
	const { kind: _, ...person } = errand;
	return call(startJoinWithProvider, { body: { ...person, providerId } });
};

/** Resolves when the browser is on its way; the page is left behind. */
export const goToProvider = async (
	errand: ProviderErrand,
	providerId: string,
	remembered: Return,
): Promise<void> => {
	const { url } = await start(errand, providerId);
	const { protocol } = new URL(url);
	if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError('not an address of the web');
	writeSession(returnKey, JSON.stringify(remembered));
	window.location.assign(url);
};
