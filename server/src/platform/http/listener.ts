/** Sockets that feed the application: TCP (plain or TLS) and the Unix socket of the console. */
import { chmod, rm } from 'node:fs/promises';
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerOptions,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { StartFault } from '../fault.ts';

/** One TCP address that people reach. */
export interface Listener {
	/** Begins to accept; `host` is an address of this machine or `::` for all. Returns the port taken. */
	open(host: string, port: number): Promise<number>;
	/** Stops accepting and frees the port; connections that are open go on. */
	release(): void;
	/** Stops accepting, waits `graceMs` for answers under way, then cuts what is left. */
	close(graceMs: number): Promise<void>;
}

const startFaultOf = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
	if (error.code === 'EADDRINUSE') {
		return new StartFault(`Port ${port} is taken by another program. Stop it, or set HOLDFAST_PORT.`, {
			exitCode: 5,
		});
	}
	if (error.code === 'EACCES') {
		return new StartFault(`This user may not open port ${port}. Take one above 1023 with HOLDFAST_PORT.`, {
			exitCode: 5,
		});
	}
	if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
		return new StartFault(`${host} is no address of this machine. Check HOLDFAST_HOST.`, { exitCode: 5 });
	}
	return error;
};

const listen = (server: Server, options: { host?: string; port?: number; path?: string }): Promise<void> =>
	new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(options, () => {
			server.off('error', reject);
			resolve();
		});
	});

const closeServer = (server: Server, graceMs: number): Promise<void> =>
	new Promise((resolve) => {
		if (!server.listening) {
			server.closeAllConnections();
			resolve();
			return;
		}
		const cut = setTimeout(() => server.closeAllConnections(), graceMs);
		server.close(() => {
			clearTimeout(cut);
			resolve();
		});
		server.closeIdleConnections();
	});

/** What strangers may hold of a listener, in sockets and in time. */
export interface ConnectionLimits {
	/** Open at once; above it new ones are closed unheard. */
	readonly connectionsMax: number;
	/** Of these, from one address. */
	readonly connectionsPerAddressMax: number;
	/** For a request line with its headers, and for a TLS handshake. */
	readonly headersMs: number;
	/** For a whole request with its body. */
	readonly requestMs: number;
	readonly keepAliveMs: number;
	/** Without a byte either way. Live events speak sooner; a player that was paused asks anew. */
	readonly silenceMs: number;
}

/** One address has room for every screen behind a home router. */
export const connectionLimits: ConnectionLimits = {
	connectionsMax: 8_192,
	connectionsPerAddressMax: 512,
	headersMs: 15_000,
	requestMs: 60_000,
	keepAliveMs: 10_000,
	silenceMs: 10 * 60_000,
};

const optionsOf = (limits: ConnectionLimits): ServerOptions => ({
	headersTimeout: limits.headersMs,
	requestTimeout: limits.requestMs,
	keepAliveTimeout: limits.keepAliveMs,
	connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
});

/** Counts sockets by address, and closes those that are one too many. */
const boundConnections = (server: Server, limits: ConnectionLimits): void => {
	server.maxConnections = limits.connectionsMax;
	server.setTimeout(limits.silenceMs);
	const open = new Map<string, number>();
	server.on('connection', (socket: Socket) => {
		const address = socket.remoteAddress ?? '';
		const count = (open.get(address) ?? 0) + 1;
		open.set(address, count);
		socket.once('close', () => {
			const left = (open.get(address) ?? 1) - 1;
			if (left > 0) open.set(address, left);
			else open.delete(address);
		});
		if (count > limits.connectionsPerAddressMax) socket.destroy();
	});
};

/** A TCP listener; may be opened anew after a close, on another address. */
export const createListener = (
	handler: RequestListener,
	tls: { readonly certificate: string; readonly key: string } | null,
	limits: ConnectionLimits = connectionLimits,
): Listener => {
	let server: Server | null = null;
	const create = (): Server => {
		const options = optionsOf(limits);
		const secured = { ...options, handshakeTimeout: limits.headersMs };
		const made = tls
			? createTlsServer({ ...secured, cert: tls.certificate, key: tls.key }, handler)
			: createServer(options, handler);
		boundConnections(made, limits);
		return made;
	};
	return {
		open: async (host, port) => {
			server = create();
			try {
				await listen(server, { host, port });
			} catch (error) {
				// A machine without IPv6 has no `::`; all of IPv4 is what was meant.
				if (host === '::' && (error as NodeJS.ErrnoException).code === 'EAFNOSUPPORT') {
					await listen(server, { host: '0.0.0.0', port });
				} else throw startFaultOf(error as NodeJS.ErrnoException, host, port);
			}
			return (server.address() as AddressInfo).port;
		},
		release: () => {
			server?.close();
		},
		close: async (graceMs) => {
			if (server) await closeServer(server, graceMs);
		},
	};
};

/** The Unix socket that stands for being on the machine. */
export interface ConsoleListener extends AsyncDisposable {
	/** True only for requests that came over this socket: whoever can open it is the user of the machine. */
	isConsole(request: { readonly raw: IncomingMessage }): boolean;
	open(path: string): Promise<void>;
}

/** The Unix socket in the data folder, readable by our own user alone. */
export const createConsoleListener = (handler: RequestListener): ConsoleListener => {
	const sockets = new WeakSet<Socket>();
	const server = createServer(handler);
	server.on('connection', (socket) => sockets.add(socket));
	let openPath: string | null = null;
	return {
		isConsole: (request) => sockets.has(request.raw.socket),
		open: async (path) => {
			await rm(path, { force: true });
			const before = process.umask(0o177);
			try {
				await listen(server, { path });
			} finally {
				process.umask(before);
			}
			await chmod(path, 0o600);
			openPath = path;
		},
		[Symbol.asyncDispose]: async () => {
			await closeServer(server, 1_000);
			if (openPath) await rm(openPath, { force: true });
		},
	};
};
