/** Where people reach the server: which address, which port, and when it opens to the network. */
import { readFile } from 'node:fs/promises';
import type { Config } from './platform/config/config.ts';
import { StartFault } from './platform/fault.ts';
import { connectionLimits, createListener } from './platform/http/listener.ts';

/** Streams that run when the server stops get this long. */
const drainMs = 2_000;

const readTls = async (config: Config): Promise<{ certificate: string; key: string } | null> => {
	const { tls } = config.server;
	if (!tls) return null;
	const read = (path: string): Promise<string> =>
		readFile(path, 'utf8').catch((cause: unknown) => {
			throw new StartFault(`Cannot read ${path}, which the configuration names for HTTPS.`, { cause });
		});
	return { certificate: await read(tls.certificateFile), key: await read(tls.keyFile) };
};

const hostOf = (config: Config, hasOwner: boolean): string =>
	config.server.host ?? (hasOwner ? '::' : '127.0.0.1');

const shownHost = (host: string): string => {
	if (host === '::' || host === '0.0.0.0' || host === '127.0.0.1') return 'localhost';
	return host.includes(':') ? `[${host}]` : host;
};

/**
 * Where people reach it: loopback until there is an owner, then everywhere, unless the configuration says.
 */
export const openNetwork = async (
	config: Config,
	handler: Parameters<typeof createListener>[0],
	hasOwner: boolean,
	stack: AsyncDisposableStack,
) => {
	const tls = await readTls(config);
	// Behind a proxy all of them come from its address, and counting people is its business.
	const isBehindProxy = config.server.trustedProxies.length > 0;
	const limits = {
		...connectionLimits,
		...(isBehindProxy ? { connectionsPerAddressMax: connectionLimits.connectionsMax } : {}),
	};
	const listeners = [createListener(handler, tls, limits)];
	stack.defer(async () => {
		await Promise.all(listeners.map((listener) => listener.close(drainMs)));
	});
	const host = hostOf(config, hasOwner);
	const port = await listeners[0]!.open(host, config.server.port);
	return {
		port,
		url: `${tls ? 'https' : 'http'}://${shownHost(host)}:${port}`,
		/** Called once there is an owner: opens to all addresses where the configuration leaves it to us. */
		widen: async () => {
			const wider = hostOf(config, true);
			if (wider === host) return;
			listeners.at(-1)?.release();
			const next = createListener(handler, tls, limits);
			listeners.push(next);
			await next.open(wider, port);
		},
	};
};
