/** Speaks to the server on this machine: over its Unix socket, or over one of our own where it is stopped. */
import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import type { FaultCode } from '@holdfast/contract/errors';
import type { Config } from '#platform/config/config.ts';
import { Fault, StartFault } from '#platform/fault.ts';
import { silentLog } from '#platform/log.ts';
import { consoleSocketPath, startServer } from '../server.ts';

export interface Console extends AsyncDisposable {
	call<R extends RouteShape>(route: R, input: Partial<RouteInput<R>>): Promise<RouteReply<R>>;
	/** The bytes of a route that answers with such; read them to their end. */
	download<R extends RouteShape>(route: R, input: Partial<RouteInput<R>>): Promise<Readable>;
	/** True where the server runs by itself and this command only visits. */
	readonly isServerRunning: boolean;
}

const replyBytesMax = 4 * 1024 * 1024;

const fill = (path: string, params: unknown): string =>
	path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
		encodeURIComponent(String((params as Record<string, unknown>)[name])),
	);

const readText = async (response: Readable): Promise<string> => {
	const chunks: Buffer[] = [];
	let sizeBytes = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		sizeBytes += chunk.length;
		if (sizeBytes > replyBytesMax) throw new Error('the answer is too long');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
};

const open = (socketPath: string, method: string, path: string, body: unknown): Promise<IncomingMessage> =>
	new Promise((resolve, reject) => {
		const payload = body === undefined ? undefined : JSON.stringify(body);
		const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
		// A connection of its own: stretching a password may take longer than the server keeps one that is idle.
		const sent = request({ socketPath, method, path, headers, agent: false }, resolve);
		sent.once('error', reject);
		sent.end(payload);
	});

const send = async (
	...asked: Parameters<typeof open>
): Promise<{ readonly status: number; readonly text: string }> => {
	const response = await open(...asked);
	return { status: response.statusCode ?? 0, text: await readText(response) };
};

const faultOf = (text: string): Fault => new Fault((JSON.parse(text) as { code: FaultCode }).code);

const downloadOver =
	(socketPath: string): Console['download'] =>
	async (route, input) => {
		const response = await open(socketPath, route.method, fill(route.path, input.params), input.body);
		if ((response.statusCode ?? 0) >= 400) throw faultOf(await readText(response));
		return response;
	};

const callOver =
	(socketPath: string): Console['call'] =>
	async (route, input) => {
		const query = new URLSearchParams();
		for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
			if (value !== undefined) query.set(name, String(value));
		}
		const suffix = query.size > 0 ? `?${query}` : '';
		const answer = await send(socketPath, route.method, fill(route.path, input.params) + suffix, input.body);
		if (answer.status >= 400) {
			throw faultOf(answer.text);
		}
		return (answer.text === '' ? undefined : JSON.parse(answer.text)) as never;
	};

const isAnswering = async (socketPath: string): Promise<boolean> => {
	try {
		await send(socketPath, 'GET', '/healthz', undefined);
		return true;
	} catch {
		return false;
	}
};

/**
 * Opens the console of the server that holds this data folder. Where none runs, one is started in this
 * process, under the folder's lock and without a network address, and stopped again on disposal.
 */
export const openConsole = async (config: Config): Promise<Console> => {
	const socketPath = consoleSocketPath(config);
	if (socketPath === null) {
		throw new StartFault(
			'The path of the data folder is too long for a socket. Run this command from that folder.',
		);
	}
	if (await isAnswering(socketPath)) {
		return {
			call: callOver(socketPath),
			download: downloadOver(socketPath),
			isServerRunning: true,
			[Symbol.asyncDispose]: () => Promise.resolve(),
		};
	}
	const server = await startServer({ config, log: silentLog, isConsoleOnly: true });
	return {
		call: callOver(socketPath),
		download: downloadOver(socketPath),
		isServerRunning: false,
		[Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
	};
};
