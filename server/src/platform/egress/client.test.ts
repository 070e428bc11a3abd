/**
 * What the outbound client reaches and what it refuses, against real servers on loopback and injected names.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../clock.ts';
import { isPublicAddress } from './address.ts';
import {
	createEgressClient,
	EgressRefusal,
	type EgressRefusalReason,
	type EgressRequest,
	type Resolver,
} from './client.ts';

const plain: EgressRequest = { contentTypes: ['application/json'], sizeBytesMax: 1_000, timeMs: 5_000 };
const servers: Server[] = [];

const serve = async (
	listener: RequestListener,
	server: Server = createServer(),
): Promise<{ origin: string; port: number; visits: string[] }> => {
	const visits: string[] = [];
	server.on('request', (request, response) => {
		visits.push(`${request.method} ${request.url}`);
		listener(request, response);
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { origin: `http://127.0.0.1:${port}`, port, visits };
};

after(async () => {
	await Promise.all(
		servers.map((server) => {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(resolve));
		}),
	);
});

const refusedAs = (reason: EgressRefusalReason) => (error: unknown) => {
	assert.ok(error instanceof EgressRefusal, String(error));
	assert.equal(error.reason, reason, String(error.cause));
	return true;
};
const json: RequestListener = (_, response) =>
	response.setHeader('content-type', 'application/json; charset=utf-8').end('{"a":1}');
const clientFor = (privateOrigins: string[], hosts: string[] = [], resolve?: Resolver) =>
	createEgressClient({ clock: systemClock, ...(resolve ? { resolve } : {}) }, { hosts, privateOrigins });
const answering =
	(...addresses: string[]): Resolver =>
	async () =>
		addresses.map((address) => ({ address }));

describe('the outbound client', () => {
	it('gets an answer from an allowed origin, failures included', async () => {
		const { origin } = await serve((request, response) => {
			if (request.url === '/missing') response.statusCode = 404;
			json(request, response);
		});
		const client = clientFor([origin]);
		const reply = await client.fetch(`${origin}/x`, plain);
		assert.equal(Buffer.from(reply.body).toString(), '{"a":1}');
		assert.equal((await client.fetch(`${origin}/missing`, plain)).status, 404);
		assert.equal(
			(await client.fetch(`${origin}/x`, { ...plain, method: 'HEAD', contentTypes: [] })).body.length,
			0,
		);
	});

	it('reaches no host, port, scheme or name that is not on its list', async () => {
		const { origin, port, visits } = await serve(json);
		const asked: string[] = [];
		const resolve: Resolver = async (host) => {
			asked.push(host);
			return [{ address: '127.0.0.1' }];
		};
		const client = clientFor([], ['good.example'], resolve);
		const urls = [
			`${origin}/`,
			`https://good.example:${port}/`,
			'http://good.example/',
			'https://bad.example/',
			'https://good.example.bad.example/',
			'https://sub.good.example/',
			'https://u:p@good.example/',
			'https://good.example@bad.example/',
			'file:///etc/passwd',
			'ftp://good.example/',
			'data:application/json,1',
			'//good.example/',
			'good.example',
			'',
			'https://[::1]/',
			'https://2130706433/',
			'https://good.example./',
		];
		for (const url of urls) await assert.rejects(client.fetch(url, plain), refusedAs('host'), url);
		assert.deepEqual([asked, visits], [[], []]);
	});

	it('refuses an allowed name that leads to a private address, alone or among public ones', async () => {
		for (const address of [
			'127.0.0.1',
			'10.1.2.3',
			'169.254.169.254',
			'100.64.0.1',
			'::1',
			'::ffff:127.0.0.1',
			'fe80::1',
			'fd00::1',
			'64:ff9b::7f00:1',
			'0.0.0.0',
		]) {
			await assert.rejects(
				clientFor([], ['good.example'], answering(address)).fetch('https://good.example/', plain),
				refusedAs('address'),
				address,
			);
			const mixed = clientFor([], ['good.example'], answering('93.184.215.14', address));
			await assert.rejects(mixed.fetch('https://good.example/', plain), refusedAs('address'), address);
		}
	});

	it('asks for a name once, so that a name that changes its mind leads nowhere else', async () => {
		const { port, visits } = await serve(json);
		let asked = 0;
		const rebinding: Resolver = async () => {
			asked += 1;
			return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.99' }];
		};
		// The name does not exist: only the injected answer can have led to the server.
		const origin = `http://rebinding.invalid:${port}`;
		const reply = await clientFor([origin], [], rebinding).fetch(`${origin}/`, plain);
		assert.equal(reply.status, 200);
		assert.deepEqual([asked, visits.length], [1, 1]);

		asked = 0;
		const hostile: Resolver = async () => {
			asked += 1;
			return [{ address: asked === 1 ? '192.0.2.1' : '127.0.0.1' }];
		};
		await assert.rejects(
			clientFor([], ['rebinding.invalid'], hostile).fetch('https://rebinding.invalid/', plain),
			refusedAs('address'),
		);
		assert.equal(asked, 1);
	});

	it('checks the address again on a redirect', async () => {
		const { port, visits } = await serve((_, response) =>
			response.writeHead(302, { location: '/next' }).end(),
		);
		let asked = 0;
		const dying: Resolver = async () => {
			asked += 1;
			return asked === 1 ? [{ address: '127.0.0.1' }] : [];
		};
		const origin = `http://rebinding.invalid:${port}`;
		await assert.rejects(clientFor([origin], [], dying).fetch(`${origin}/`, plain), refusedAs('unreachable'));
		assert.deepEqual([asked, visits.length], [2, 1]);
	});

	it('follows at most three redirects, and none to another host even where that is allowed', async () => {
		const other = await serve(json);
		const { origin, visits } = await serve((request, response) => {
			const left = Number(request.url?.slice(1));
			if (Number.isNaN(left)) return response.writeHead(302, { location: `${other.origin}/` }).end();
			if (left > 0) return response.writeHead(307, { location: `/${left - 1}` }).end();
			return json(request, response);
		});
		const client = clientFor([origin, other.origin]);
		assert.equal((await client.fetch(`${origin}/3`, plain)).url, `${origin}/0`);
		await assert.rejects(client.fetch(`${origin}/4`, plain), refusedAs('redirect'));
		visits.length = 0;
		await assert.rejects(client.fetch(`${origin}/away`, plain), refusedAs('redirect'));
		assert.deepEqual([visits.length, other.visits.length], [1, 0]);
	});

	it('does not send a body twice where a redirect says to look elsewhere', async () => {
		const bodies: string[] = [];
		const { origin, visits } = await serve(async (request, response) => {
			let body = '';
			for await (const chunk of request) body += chunk;
			bodies.push(body);
			if (request.url === '/post') response.writeHead(303, { location: '/get' }).end();
			else json(request, response);
		});
		await clientFor([origin]).fetch(`${origin}/post`, { ...plain, method: 'POST', body: 'secret' });
		assert.deepEqual(visits, ['POST /post', 'GET /get']);
		assert.deepEqual(bodies, ['secret', '']);
	});

	it('takes no more bytes, no other type and no more time than allowed', async () => {
		const { origin } = await serve((request, response) => {
			if (request.url === '/never') return;
			if (request.url === '/html') return void response.setHeader('content-type', 'text/html').end('<p>');
			response.setHeader('content-type', 'application/json');
			if (request.url === '/drip') return void response.write('{');
			if (request.url === '/says')
				return void response.setHeader('content-length', 5_000).end('x'.repeat(5_000));
			const more = (): void =>
				void (response.destroyed || response.write('x'.repeat(900), () => setImmediate(more)));
			more();
		});
		const client = clientFor([origin]);
		await assert.rejects(client.fetch(`${origin}/endless`, plain), refusedAs('size'));
		await assert.rejects(client.fetch(`${origin}/says`, plain), refusedAs('size'));
		await assert.rejects(client.fetch(`${origin}/html`, plain), refusedAs('type'));
		await assert.rejects(client.fetch(`${origin}/never`, { ...plain, timeMs: 50 }), refusedAs('time'));
		await assert.rejects(client.fetch(`${origin}/drip`, { ...plain, timeMs: 50 }), refusedAs('time'));
		const stopping = new AbortController();
		const stopped = client.fetch(`${origin}/never`, { ...plain, signal: stopping.signal });
		stopping.abort();
		await assert.rejects(stopped, refusedAs('aborted'));
	});

	it('bounds the time of a name that is never answered, and names what cannot be reached', async () => {
		const silent: Resolver = () => new Promise(() => {});
		await assert.rejects(
			clientFor([], ['a.example'], silent).fetch('https://a.example/', { ...plain, timeMs: 30 }),
			refusedAs('time'),
		);
		const failing: Resolver = async () => {
			throw new Error('no such name');
		};
		await assert.rejects(
			clientFor([], ['a.example'], failing).fetch('https://a.example/', plain),
			refusedAs('unreachable'),
		);
		await assert.rejects(
			clientFor(['http://127.0.0.1:1']).fetch('http://127.0.0.1:1/', plain),
			refusedAs('unreachable'),
		);
	});

	it('holds a certificate to the name that was asked for, not to the address', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		execFileSync(
			'openssl',
			[
				'req',
				'-x509',
				'-newkey',
				'ec',
				'-pkeyopt',
				'ec_paramgen_curve:P-256',
				'-nodes',
				'-days',
				'2',
				'-subj',
				'/CN=good.test',
				'-addext',
				'subjectAltName=DNS:good.test',
				'-keyout',
				key,
				'-out',
				cert,
			],
			{ stdio: 'ignore' },
		);
		const certificateAuthority = readFileSync(cert, 'utf8');
		const { port } = await serve(
			json,
			createTlsServer({ key: readFileSync(key), cert: certificateAuthority }),
		);
		rmSync(folder, { recursive: true });
		const fetchFrom = (host: string, trust: { certificateAuthority?: string }) =>
			createEgressClient(
				{ clock: systemClock, resolve: answering('127.0.0.1') },
				{ hosts: [], privateOrigins: [`https://${host}:${port}`], ...trust },
			).fetch(`https://${host}:${port}/`, plain);
		assert.equal((await fetchFrom('good.test', { certificateAuthority })).status, 200);
		await assert.rejects(fetchFrom('other.test', { certificateAuthority }), refusedAs('unreachable'));
		await assert.rejects(fetchFrom('good.test', {}), refusedAs('unreachable'));
	});
});

describe('public addresses', () => {
	it('are those of the open internet only', () => {
		for (const address of [
			'1.1.1.1',
			'93.184.215.14',
			'100.63.255.255',
			'100.128.0.0',
			'172.32.0.1',
			'2606:4700::1111',
			'2a00:1450::1',
		]) {
			assert.equal(isPublicAddress(address), true, address);
		}
		for (const address of [
			'',
			'localhost',
			'1.1.1',
			'172.16.0.1',
			'192.168.1.1',
			'224.0.0.1',
			'255.255.255.255',
			'::',
			'::127.0.0.1',
			'::ffff:1.1.1.1',
			'::ffff:101:101',
			'2002:7f00:1::',
			'2001:0:1::',
			'2001:db8::1',
			'ff02::1',
			'fec0::1',
			'2606:4700::1111%eth0',
			'5f00::1',
			'3fff::1',
		]) {
			assert.equal(isPublicAddress(address), false, address);
		}
	});

	it('never carry another address inside', () => {
		fc.assert(
			fc.property(fc.ipV4(), (inner) => {
				for (const form of [`::ffff:${inner}`, `::${inner}`, `64:ff9b::${inner}`])
					assert.equal(isPublicAddress(form), false, form);
			}),
		);
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 0xffffff }), (rest) => {
				const text = [rest >> 16, (rest >> 8) & 255, rest & 255].join('.');
				for (const first of [0, 10, 127, 224, 240, 255])
					assert.equal(isPublicAddress(`${first}.${text}`), false);
			}),
		);
	});
});
