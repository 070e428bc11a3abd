/** The server about itself: public address, what doctor finds, and what a client hears while it stops. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import * as contract from '@holdfast/contract/system';
import { openConsole } from '../src/cli/console.ts';
import { makeOwner, openBrowser, Refused, startWholeServer } from './support/whole-server.ts';

test('the public address is an origin, survives a restart, and doctor tells whether it leads here', async () => {
	let server = await startWholeServer();
	try {
		const browser = openBrowser(server.url);
		await makeOwner(server, browser);
		for (const publicUrl of [
			'javascript:alert(1)',
			'https://x.example/path',
			'https://user@x.example',
			'no address',
		]) {
			const refused = await browser
				.call(contract.setPublicUrl, { body: { publicUrl } })
				.catch((error) => error);
			assert.ok(refused instanceof Refused);
			assert.equal(refused.code, 'settings.address.invalid');
		}
		const set = await browser.call(contract.setPublicUrl, { body: { publicUrl: `${server.url}/` } });
		assert.equal(set.publicUrl, server.url);
		await using machine = await openConsole(server.config);
		const { findings } = await machine.call(contract.consoleDoctor, {});
		const address = findings.find(({ topic }) => topic === 'address');
		assert.deepEqual([address?.state, address?.text], ['good', `${server.url} leads to this server`]);
		const before = server.url;
		server = await server.restart();
		const status = await openBrowser(server.url).call(contract.getStatus);
		assert.equal(status.publicUrl, before);
		await using again = await openConsole(server.config);
		const after = (await again.call(contract.consoleDoctor, {})).findings.find(
			({ topic }) => topic === 'address',
		);
		assert.equal(after?.state, 'warning', 'the old port answers no more');
	} finally {
		await server[Symbol.asyncDispose]();
	}
});

test('while it stops, a request that is on its way is told to come back', async () => {
	const server = await startWholeServer();
	const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
	await once(socket, 'connect');
	// Half a request first, so that the server waits for the rest while it stops.
	await new Promise((resolve) =>
		socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Pad: 1', resolve),
	);
	const warm = await fetch(`${server.url}/healthz`);
	await warm.text();
	const stopped = server[Symbol.asyncDispose]();
	socket.end('\r\n\r\n');
	const answer = (await socket.toArray()).map(String).join('');
	await stopped;
	assert.match(answer, /^HTTP\/1\.1 503 /);
	assert.match(answer, /retry-after: [1-9]/i);
	assert.ok(answer.includes('"code":"server.stopping"'), answer);
});
