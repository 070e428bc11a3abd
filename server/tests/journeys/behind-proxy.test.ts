/**
 * Behind a reverse proxy that ends HTTPS: believed where it was named, and then cookies are as strict as
 * they can be; a stranger's forwarding headers count for nothing.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser as Chromium } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import {
	holds,
	mediaSetting,
	onScreen,
	settleIn,
	sharedMedia,
	signInOn,
	startJourney,
	visit,
} from '../support/journey.ts';
import { seeded } from '../support/seed-media.ts';
import { makeOwner, openBrowser, type WholeServer } from '../support/whole-server.ts';

interface Proxy extends AsyncDisposable {
	readonly url: string;
}

let chromium: Chromium;
let folder: string;
let identity: { readonly key: string; readonly cert: string };

before(async () => {
	chromium = await openChromium();
	folder = await mkdtemp(join(tmpdir(), 'hf-proxy-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const words = [
		'-newkey',
		'ec',
		'-pkeyopt',
		'ec_paramgen_curve:P-256',
		'-nodes',
		'-days',
		'2',
		'-subj',
		'/CN=localhost',
	];
	await promisify(execFile)('openssl', ['req', '-x509', ...words, '-keyout', key, '-out', cert]);
	identity = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
});
after(async () => {
	await chromium?.close();
	await rm(folder, { recursive: true, force: true });
});

/** As small as a reverse proxy can be: HTTPS in, HTTP out, and two headers that say so. */
const openProxy = async (target: WholeServer): Promise<Proxy> => {
	const proxy: Server = createServer(identity, (asked, answer) => {
		const headers = { ...asked.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
		const { method } = asked;
		const onward = request(target.url + asked.url, { method, headers, agent: false }, (reply) => {
			answer.writeHead(reply.statusCode ?? 502, reply.headers);
			pipeline(reply, answer, () => undefined);
		});
		onward.once('error', () => answer.destroy());
		answer.once('close', () => onward.destroy());
		pipeline(asked, onward, () => undefined);
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	return {
		url: `https://localhost:${(proxy.address() as AddressInfo).port}`,
		[Symbol.asyncDispose]: () =>
			new Promise((resolve) => {
				proxy.close(() => resolve());
				proxy.closeAllConnections();
			}),
	};
};

/** Every `Set-Cookie` of a first run over these headers. */
const cookieMadeWith = async (server: WholeServer, headers: Record<string, string>): Promise<string> => {
	const browser = openBrowser(server.url);
	let set = '';
	const { fetch: ask } = browser;
	browser.fetch = async (path, init = {}) => {
		const all = new Headers(init.headers);
		for (const [name, value] of Object.entries(headers)) all.set(name, value);
		const answer = await ask(path, { ...init, headers: all });
		set = answer.headers.get('set-cookie') ?? set;
		return answer;
	};
	await makeOwner(server, browser);
	return set;
};

describe('behind a reverse proxy', () => {
	test('that is trusted, the browser gets a __Host- cookie, watches, and hears of what happens', async () => {
		const { movies } = await sharedMedia();
		await using server = await startJourney({
			env: { HOLDFAST_TRUSTED_PROXIES: '127.0.0.1', HOLDFAST_MEDIA: mediaSetting({ movies }) },
		});
		await using proxy = await openProxy(server);
		const { cards } = await settleIn(server);
		const visitor = await visit(chromium, proxy.url, { ignoreHTTPSErrors: true });
		const { page, context } = visitor;
		await onScreen(page, () => signInOn(visitor));
		const cookies = await context.cookies();
		// The session, and the device that it began on.
		assert.equal(cookies.length, 2);
		for (const cookie of cookies) {
			assert.match(cookie.name, /^__Host-holdfast-/);
			assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.path], [true, true, '/']);
		}
		assert.equal(await page.evaluate('isSecureContext'), true);
		assert.equal(await page.getByText('This connection is not encrypted.').count(), 0);
		await page.goto(`${proxy.url}/play/${cards.get(seeded.direct)?.itemId}`);
		await onScreen(page, () => holds(page, 'document.querySelector("video")?.currentTime > 0.5'));
		await page.goto(`${proxy.url}/security`);
		await page.getByText('network 203.0.113.0/24').waitFor();
		await visitor.leave();
	});

	test('that nobody named, its headers change nothing', async () => {
		await using server = await startJourney();
		const cookie = await cookieMadeWith(server, {
			'x-forwarded-proto': 'https',
			'x-forwarded-for': '203.0.113.7',
		});
		assert.match(cookie, /^holdfast-/);
		assert.doesNotMatch(cookie, /Secure/);
	});

	test('that is another than the one named, its headers change nothing', async () => {
		await using server = await startJourney({ env: { HOLDFAST_TRUSTED_PROXIES: '192.0.2.1' } });
		const cookie = await cookieMadeWith(server, { 'x-forwarded-proto': 'https', forwarded: 'proto=https' });
		assert.doesNotMatch(cookie, /__Host-|Secure/);
	});
});
