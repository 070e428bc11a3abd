/** What strangers can hold of a listener: sockets that say nothing, say it slowly, or are too many. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type ConnectionLimits, connectionLimits, createListener, type Listener } from './listener.ts';

const limits: ConnectionLimits = {
	...connectionLimits,
	connectionsPerAddressMax: 4,
	headersMs: 200,
	requestMs: 400,
	silenceMs: 300,
};

describe('a listener', () => {
	let listener: Listener;
	let port: number;
	const open: Socket[] = [];

	const dial = async (): Promise<Socket> => {
		const socket = connect(port, '127.0.0.1');
		open.push(socket);
		socket.on('error', () => undefined);
		await once(socket, 'connect');
		return socket;
	};
	const closing = (socket: Socket): Promise<unknown> => once(socket.resume(), 'close');
	const hangUp = async (): Promise<void> => {
		const closed = open.filter((socket) => !socket.closed).map((socket) => once(socket.destroy(), 'close'));
		await Promise.all(closed);
		open.length = 0;
	};

	before(async () => {
		listener = createListener(
			(request, response) => {
				if (request.url === '/never') return;
				request.resume().once('end', () => response.end('done'));
			},
			null,
			limits,
		);
		port = await listener.open('127.0.0.1', 0);
	});
	after(async () => {
		await hangUp();
		await listener.close(0);
	});

	test('cuts a connection whose headers never end', async () => {
		const socket = await dial();
		socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
		await closing(socket);
	});

	test('cuts a connection whose body never ends', async () => {
		const socket = await dial();
		socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n');
		const drip = setInterval(() => socket.writable && socket.write('x'), 50);
		await closing(socket).finally(() => clearInterval(drip));
	});

	test('cuts a connection on which nothing moves', async () => {
		const socket = await dial();
		socket.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
		await closing(socket);
	});

	test('closes what one address opens beyond its share, and takes it again when there is room', async () => {
		await hangUp();
		const held = [await dial(), await dial(), await dial(), await dial()];
		await closing(await dial());
		assert.ok(held.every((socket) => !socket.closed));
		await hangUp();
		// The other end may learn of the hanging up a moment later.
		for (let answer = ''; !answer.startsWith('HTTP/1.1 200'); ) {
			const again = await dial();
			again.on('data', (chunk: Buffer) => {
				answer += chunk.toString();
			});
			again.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
			await closing(again);
		}
	});
});
