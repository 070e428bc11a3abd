/** The server itself over our own API: status, addresses, live events, probes, documents. */
import { networkInterfaces } from 'node:os';
import * as contract from '@holdfast/contract/system';
import { publicOriginOf } from '#platform/config/read.ts';
import { Fault } from '#platform/fault.ts';
import { isSecureContext } from '#platform/http/app.ts';
import type { Mounter } from '#platform/http/mount.ts';
import type { LiveEvents } from './live-events.ts';
import { openApiDocument } from './openapi.ts';

export interface PublicUrl {
	/** From the configuration or set by an administrator; null where nobody said. */
	get(): string | null;
	set(origin: string): Promise<void>;
}

export interface SystemRoutesNeeds {
	readonly serverId: string;
	readonly version: string;
	readonly publicUrl: PublicUrl;
	readonly hasOwner: () => Promise<boolean>;
	readonly hasMedia: boolean;
	/** The far account service, where people are not known here. */
	readonly authority: () => contract.ServerStatus['authority'];
	readonly events: LiveEvents;
	/** Throws the fault that says what is not ready. */
	readonly checkReady: () => Promise<void>;
	readonly metrics: () => Promise<string>;
	/** The port people reach, for the addresses that are offered. */
	readonly port: () => number;
	readonly isTls: boolean;
}

const addressesMax = 16;

/** Addresses of this machine's network cards, IPv4 first, as a browser would open them. */
export const foundAddresses = (port: number, isTls: boolean): string[] => {
	const cards = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
	const usable = cards.filter(({ internal, scopeid }) => !internal && !scopeid);
	usable.sort((a, b) => a.family.localeCompare(b.family));
	const scheme = isTls ? 'https' : 'http';
	return usable
		.map(({ address, family }) => `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`)
		.slice(0, addressesMax);
};

const mountSettings = ({ mount }: Mounter, needs: SystemRoutesNeeds): void => {
	mount(contract.listAddresses, () => ({
		found: foundAddresses(needs.port(), needs.isTls),
		publicUrl: needs.publicUrl.get(),
	}));
	mount(contract.setPublicUrl, async ({ body }) => {
		const origin = publicOriginOf(body.publicUrl.trim());
		if (origin === null) throw new Fault('settings.address.invalid');
		await needs.publicUrl.set(origin);
		return { publicUrl: origin };
	});
};

const mountProbes = ({ mount, routes }: Mounter, needs: SystemRoutesNeeds): void => {
	mount(contract.getHealth, () => ({ status: 'ok' as const }));
	mount(contract.getReady, async () => {
		await needs.checkReady();
		return { status: 'ready' as const };
	});
	mount(contract.getMetrics, async () => ({
		headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
		body: await needs.metrics(),
	}));
	mount(contract.getOpenApi, () => ({
		headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
		body: JSON.stringify(openApiDocument(routes, { version: needs.version })),
	}));
};

type AuthorityStatus = contract.ServerStatus['authority'];

/** Only what a stranger may know of it. */
const statusOf = (authority: AuthorityStatus): AuthorityStatus =>
	authority && { url: authority.url, isReachable: authority.isReachable, heardAt: authority.heardAt };

/** Mounts every route of `contract/system.ts`. */
export const mountSystemRoutes = (mounter: Mounter, needs: SystemRoutesNeeds): void => {
	mounter.mount(contract.getStatus, async ({ request }) => ({
		serverId: needs.serverId,
		version: needs.version,
		hasOwner: await needs.hasOwner(),
		isSecureTransport: isSecureContext(request),
		publicUrl: needs.publicUrl.get(),
		hasMedia: needs.hasMedia,
		authority: statusOf(needs.authority()),
	}));
	mountSettings(mounter, needs);
	mounter.mount(contract.streamEvents, ({ caller, signal }) => needs.events.connect(caller, signal));
	mountProbes(mounter, needs);
};
