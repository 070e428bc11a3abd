/** Server-sent events: who is connected, and what reaches them. */
import { Readable } from 'node:stream';
import type { LiveEvent } from '@holdfast/contract/system';
import type { Clock } from '#platform/clock.ts';
import { Fault } from '#platform/fault.ts';
import type { ByteReply } from '#platform/http/mount.ts';
import type { Caller } from '#platform/http/viewer.ts';

/** Who an event is for: everybody who is signed in, the people who run the server, or one viewer. */
export type Audience = 'everyone' | 'administrators' | { readonly viewerId: string };

export interface LiveEvents {
	publish(event: LiveEvent, audience: Audience): void;
	/** Opens a stream for a caller; it ends with `signed-out` when the session does. */
	connect(caller: Caller, signal: AbortSignal): ByteReply;
	/** Streams open now. */
	readonly connected: number;
	close(): void;
}

/** Streams one session may hold: a few tabs. More would let one person take all sockets. */
const streamsPerSessionMax = 8;
/** And one person, however often they signed in. */
const streamsPerPersonMax = 64;
const streamsMax = 5_000;
/** Proxies drop connections that say nothing for a minute. */
const heartbeatMs = 20_000;
/** A reader that is this far behind is cut; it reads the present state when it comes back. */
const backlogBytesMax = 256 * 1024;

interface Connection {
	readonly caller: Caller;
	readonly stream: Readable;
}

const isFor = (audience: Audience, { role, viewerId }: Caller): boolean => {
	if (audience === 'everyone') return true;
	if (audience === 'administrators') return role === 'owner' || role === 'administrator';
	return audience.viewerId === viewerId;
};

const headers = {
	'content-type': 'text/event-stream; charset=utf-8',
	'cache-control': 'no-store, no-transform',
	'x-accel-buffering': 'no',
} as const;

/** The hub of one process. Nothing is stored: a client that was away asks for the present state. */
export const createLiveEvents = (needs: { clock: Clock }): LiveEvents => {
	const connections = new Set<Connection>();
	const write = (connection: Connection, text: string): void => {
		if (connection.stream.readableLength > backlogBytesMax) connection.stream.destroy();
		else connection.stream.push(text);
	};
	const line = (event: LiveEvent): string => `data: ${JSON.stringify(event)}\n\n`;
	const heartbeat = needs.clock.every(heartbeatMs, () => {
		for (const connection of connections) write(connection, ': still here\n\n');
	});
	const end = (connection: Connection, last: string | null): void => {
		if (!connections.delete(connection)) return;
		if (last !== null) connection.stream.push(last);
		connection.stream.push(null);
	};
	return {
		publish: (event, audience) => {
			const text = line(event);
			for (const connection of connections) if (isFor(audience, connection.caller)) write(connection, text);
		},
		connect: (caller, signal) => {
			const theirs = [...connections].filter((other) => other.caller.accountId === caller.accountId);
			const own = theirs.filter((other) => other.caller.sessionId === caller.sessionId);
			if (own.length >= streamsPerSessionMax && own[0]) end(own[0], null);
			else if (theirs.length >= streamsPerPersonMax && theirs[0]) end(theirs[0], null);
			if (connections.size >= streamsMax)
				throw new Fault('request.too-many', { detail: { retryAfterSeconds: 30 } });
			const stream = new Readable({ read: () => undefined });
			const connection = { caller, stream };
			connections.add(connection);
			stream.push('retry: 3000\n\n');
			const onAbort = (): void => end(connection, caller.ended.aborted ? line({ kind: 'signed-out' }) : null);
			if (signal.aborted) onAbort();
			else signal.addEventListener('abort', onAbort, { once: true });
			stream.once('close', () => {
				connections.delete(connection);
				signal.removeEventListener('abort', onAbort);
			});
			return { headers, body: stream };
		},
		get connected() {
			return connections.size;
		},
		close: () => {
			heartbeat.stop();
			for (const connection of [...connections]) end(connection, null);
		},
	};
};
