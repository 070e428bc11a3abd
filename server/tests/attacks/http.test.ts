/** A stranger and a member who send what no page of ours would: over HTTP, on both databases. */
import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { getItem, listItems, type ItemDetail } from '@holdfast/contract/catalogue';
import { startPlayback, type PlaybackStart } from '@holdfast/contract/playback';
import { bodiesPerViewerMax } from '../../src/playback/open-bodies.ts';
import { openFileCount } from '../../src/platform/files/below.ts';
import { type Attacked, addMember, leak, openAttacked, sendRaw } from '../support/attacked.ts';
import { until } from '../support/journey.ts';
import { browser as capabilities } from '../support/playing.ts';
import { addressOf, type Browser } from '../support/whole-server.ts';

const json = { 'content-type': 'application/json' };

const play = (browser: Browser, itemId = ''): Promise<PlaybackStart> =>
	browser.call(startPlayback, { params: { itemId }, body: { capabilities } });

/** The answer, read to its end, with nothing in it that tells how the server is made. */
const ask = async (browser: Browser, path: string, init: RequestInit = {}): Promise<[number, string]> => {
	const answer = await browser.fetch(path, init);
	const text = await answer.text();
	if (answer.status >= 400) assert.doesNotMatch(text, leak, path);
	assert.ok(answer.status < 500, `${path}: ${answer.status} ${text}`);
	return [answer.status, text];
};

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`attacks over HTTP on ${engine}`, () => {
		let scene: Attacked;
		const cardOf = (title: string): string => scene.cards.get(title)?.itemId ?? '';
		before(async () => {
			scene = await openAttacked(engine);
		});
		after(() => scene?.[Symbol.asyncDispose]());

		test('bytes of another person’s playback are as absent as those of none', async () => {
			const direct = await play(scene.owner, cardOf('Long Film'));
			const packaged = await play(scene.owner, cardOf('Packed Film'));
			const base = packaged.url.replace('index.m3u8', '');
			const paths = [
				'index.m3u8',
				'video/list.m3u8',
				'video/init.mp4',
				'video/0.m4s',
				'subtitles/embedded-2',
			];
			for (const path of [direct.url, ...paths.map((name) => base + name)]) {
				const absent = path.replace(/playback\/[^/]+/, 'playback/zzzzzzzzzzzzzzzzzzzzzzzz');
				const [foreign, none] = [await ask(scene.member, path), await ask(scene.member, absent)];
				assert.deepEqual(foreign, none, path);
				assert.equal(foreign[0], 404);
				assert.equal((await ask(scene.nobody(), path))[0], 401);
			}
			const [status] = await ask(scene.member, direct.url.replace('/file', ''), { method: 'DELETE' });
			assert.equal(status, 404);
			await (await scene.owner.fetch(direct.url, { headers: { range: 'bytes=0-0' } })).arrayBuffer();
		});

		test('no other method reaches a route', async () => {
			for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE', 'XYZZY']) {
				const answer = await sendRaw(
					scene.port,
					`${method} /api/session HTTP/1.1\r\nHost: a\r\nCookie: ${scene.owner.cookie}\r\nConnection: close\r\n\r\n`,
				);
				assert.match(answer, /^HTTP\/1\.1 4\d\d/, method);
				assert.doesNotMatch(answer, /ada|owner/i, method);
			}
		});

		test('an address written in another way does not lead past the gate', async () => {
			const paths = [
				...['//api/session', '/api//session', '/api/./session', '/./api/session', '/API/session'],
				...['/api%2fsession', '/%61pi/session', '/api/session/', '/api/session%00', '/api/session%0a'],
				...['/assets/..%2f..%2f..%2fpackage.json', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/etc/passwd'],
				...['/../../../../etc/passwd', '/assets/%2e%2e/%2e%2e/index.ts', '/%c0%ae%c0%ae/etc/passwd', '/%'],
				...[`http://evil.example/api/session`, 'http://evil.example/console/accounts', '/console/accounts'],
				...['/;/api/session', '/api/session;x=1', '/api/session?__proto__[x]=1', `/${'a'.repeat(12_000)}`],
				...[`/api/items/${'%41'.repeat(2_000)}`, '/api/images/aaaaaaaaaaaa/..%2f..%2fholdfast.db', '*'],
			];
			for (const path of paths) {
				const answer = await sendRaw(
					scene.port,
					`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
				);
				assert.match(answer, /^HTTP\/1\.1 (?:4\d\d|200)/, path);
				assert.doesNotMatch(answer, /root:x:|"workspaces"|"person"/, path);
				if (!answer.startsWith('HTTP/1.1 200')) assert.doesNotMatch(answer, leak, path);
				else assert.match(answer, /<!doctype html>/i, path);
			}
		});

		test('a length that lies, two lengths, and folded headers are refused', async () => {
			const heads = [
				'Content-Length: 5\r\nContent-Length: 6',
				'Content-Length: 5\r\nTransfer-Encoding: chunked',
				'Transfer-Encoding: chunked, identity',
				'Transfer-Encoding : chunked',
				'Content-Length: -1',
				'Content-Length: 0x10',
				'X: a\r\n folded: b\r\nContent-Length: +1',
			];
			for (const head of heads) {
				const rest = `Content-Type: application/json\r\n${head}\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n`;
				const answer = await sendRaw(scene.port, `POST /api/sign-in/start HTTP/1.1\r\nHost: a\r\n${rest}`);
				assert.match(answer, /^HTTP\/1\.1 400/, head);
				assert.doesNotMatch(answer, /holdfast_http_answers/, head);
			}
		});

		test('ranges are one, in the file, and never more than the file', async () => {
			const { url } = await play(scene.owner, cardOf('Long Film'));
			const openBefore = openFileCount();
			const many = Array.from({ length: 300 }, (_, index) => `${index}-${index}`).join(',');
			for (const range of [
				`bytes=${many}`,
				'bytes=0-,0-,0-,0-',
				'bytes=-99999999999999999999',
				'bytes=5-2',
			]) {
				const answer = await scene.owner.fetch(url, { headers: { range } });
				await answer.body?.cancel();
				assert.ok([200, 206, 416].includes(answer.status), range);
				assert.doesNotMatch(answer.headers.get('content-type') ?? '', /multipart/, range);
			}
			const beyond = await scene.owner.fetch(url, { headers: { range: 'bytes=999999999999-' } });
			assert.equal(beyond.status, 416);
			await until('the files to be closed', async () => openFileCount() <= openBefore);
		});

		test('bodies that are deep, strange or mistyped are refused in words of ours', async () => {
			const bodies = [
				`{"username":${'['.repeat(8_000)}${']'.repeat(8_000)}}`.slice(0, 16_000),
				'{"__proto__":{"role":"owner"},"username":"a","startLoginRequest":"AAAA"}',
				'{"constructor":{"prototype":{"x":1}},"username":"a","startLoginRequest":"AAAA"}',
				'{"username":1,"startLoginRequest":"AAAA"}',
				'{"username":["a"],"startLoginRequest":"AAAA"}',
				'{"username":"a","startLoginRequest":"\\u0000"}',
				`{"username":"${'a'.repeat(257)}","startLoginRequest":"AAAA"}`,
				'{"username":"a","startLoginRequest":{"length":4}}',
				'\u{feff}{"username":"a"}',
			];
			for (const body of bodies) {
				const [status, text] = await ask(scene.nobody(), '/api/sign-in/start', {
					method: 'POST',
					headers: json,
					body,
				});
				assert.equal(status, 400, body.slice(0, 60));
				assert.match(text, /"code":"[a-z.-]+"/);
			}
			assert.equal(({} as { role?: string }).role, undefined);
		});

		test('of two session cookies, a long one, another server’s or a wrong one none is taken', async () => {
			const [name = '', value = ''] = scene.owner.cookie?.split('=') ?? [];
			const cookies = [
				`${name}=${value}; ${name}=${value}`,
				`${name}=${value}; ${name}=`,
				`${name}=${value}${'A'.repeat(6_000)}`,
				`holdfast-AAAAAAAA=${value}`,
				`__Host-${name}=${value}`,
				`${name}="${value}"`,
				`${name}=${encodeURIComponent(`${value}'`)}`,
				`${name.toUpperCase()}=${value}`,
			];
			for (const cookie of cookies) {
				const stranger = scene.nobody();
				stranger.cookie = cookie;
				assert.equal((await ask(stranger, '/api/session'))[0], 401, cookie.slice(0, 80));
			}
			for (const headers of [{ authorization: `Bearer ${value}` }, { 'x-api-key': value }])
				assert.equal((await ask(scene.nobody(), '/api/session', { headers }))[0], 401);
			assert.equal((await ask(scene.nobody(), `/api/session?${name}=${value}`))[0], 401);
		});

		test('another site cannot make a signed-in browser change anything', async () => {
			const body = '{"keepThis":false}';
			const headersOf: Record<string, string>[] = [
				{ 'content-type': 'text/plain' },
				{ 'content-type': 'application/x-www-form-urlencoded' },
				{ 'content-type': 'text/plain; a=application/json' },
				{ ...json, origin: 'null' },
				{ ...json, origin: 'http://evil.example' },
				{ ...json, origin: `http://127.0.0.1:${scene.port}.evil.example` },
				{ ...json, origin: `http://127.0.0.1:${scene.port + 1}` },
				{ ...json, origin: `http://evil.example@127.0.0.1:${scene.port}` },
				{ ...json, origin: '' },
				{ ...json, 'sec-fetch-site': 'same-site' },
				{ ...json, 'sec-fetch-site': 'cross-site' },
				{ ...json, 'sec-fetch-site': '' },
				{ ...json, 'x-http-method-override': 'GET', origin: 'http://evil.example' },
			];
			for (const headers of headersOf) {
				const path = '/api/sessions/sign-out-everywhere';
				const [status] = await ask(scene.owner, path, { method: 'POST', headers, body });
				assert.equal(status, 403, JSON.stringify(headers));
			}
			assert.equal((await ask(scene.owner, '/api/session'))[0], 200);
		});

		test('no header moves an answer to another host or into the console', async () => {
			const headers = {
				host: 'evil.example',
				'x-forwarded-host': 'evil.example',
				'x-forwarded-for': '127.0.0.1',
				'x-forwarded-proto': 'https',
				'x-real-ip': '127.0.0.1',
				'x-original-url': '/console/accounts',
				'x-rewrite-url': '/console/accounts',
				forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
			};
			const lines = Object.entries(headers)
				.map(([name, value]) => `${name}: ${value}`)
				.join('\r\n');
			for (const path of [
				'/',
				'/api/status',
				'/sign-in',
				'/api/openapi.json',
				'/console/accounts',
				'/nothing',
			]) {
				const answer = await sendRaw(
					scene.port,
					`GET ${path} HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`,
				);
				assert.doesNotMatch(answer, /evil\.example/, path);
				if (path.startsWith('/console')) assert.match(answer, /^HTTP\/1\.1 403/);
			}
		});

		test('private bytes are never for a shared cache', async () => {
			const { url } = await play(scene.owner, cardOf('Packed Film'));
			const detail: ItemDetail = await scene.owner.call(getItem, { params: { itemId: cardOf('Holiday') } });
			const image = detail.card.image?.imageId ?? '';
			const base = url.replace('index.m3u8', '');
			const paths = [url, `${base}video/init.mp4`, `${base}video/0.m4s`, `/api/images/${image}/tile`];
			for (const path of [...paths, '/api/home', '/api/session', '/api/sessions']) {
				const answer = await scene.owner.fetch(path);
				assert.equal(answer.status, 200, path);
				await answer.body?.cancel();
				assert.match(answer.headers.get('cache-control') ?? '', /private|no-store/, path);
				assert.doesNotMatch(answer.headers.get('cache-control') ?? '', /public/, path);
			}
			assert.equal((await ask(scene.nobody(), `/api/images/${image}/tile`))[0], 401);
			for (const variant of ['original', '..', 'tile%2f..', '99999'])
				assert.equal((await ask(scene.owner, `/api/images/${image}/${variant}`))[0] >= 400, true, variant);
		});

		test('a search of operators, wildcards, nothing, too much and other scripts answers, and finds no more', async () => {
			const words = [
				'%',
				'_',
				'%%',
				'*',
				'a* OR b*',
				'"',
				"'",
				"' OR 1=1 --",
				'title:long',
				'NEAR(long film)',
			];
			const strange = [
				'\u0000',
				'long\u0000film',
				'😀'.repeat(30),
				'ﷺ'.repeat(20),
				'\\',
				'\\%',
				'^long',
				'-long',
			];
			const long = [
				'long '.repeat(24).trim(),
				'a'.repeat(120),
				'('.repeat(100),
				'\u202elong',
				'NOT long',
				'+',
				'{}',
			];
			for (const q of [...words, ...strange, ...long]) {
				const [status, text] = await ask(scene.owner, `/api/search?q=${encodeURIComponent(q)}`);
				assert.ok(status === 200 || status === 400, q);
				if (/^[%_*"'\\]+$/.test(q) && status === 200) assert.match(text, /"items":\[\]/, q);
			}
			assert.equal((await ask(scene.owner, `/api/search?q=${'a'.repeat(121)}`))[0], 400);
			assert.equal((await ask(scene.owner, '/api/search?q=a&q=b'))[0], 400);
			assert.match((await ask(scene.owner, '/api/search?q=long'))[1], /Long Film/);
		});

		test('a window that is negative, endless or no number is refused or empty', async () => {
			const libraryId = scene.cards.get('Long Film')?.libraryId ?? '';
			const path = addressOf(listItems, { params: { libraryId } });
			const queries = [
				...[
					'from=-1',
					'limit=0',
					'limit=201',
					'limit=1e9',
					'limit=NaN',
					'limit=',
					'from=1.5',
					'sort=password',
				],
				...['sort=title;drop', 'order=asc,desc', 'sort=title&sort=added', 'from=Infinity'],
			];
			for (const query of queries) assert.equal((await ask(scene.owner, `${path}?${query}`))[0], 400, query);
			for (const from of ['1e15', '9007199254740991', '9007199254740993', '1e30', '1e308', '2147483648']) {
				const [status, text] = await ask(scene.owner, `${path}?from=${from}`);
				assert.ok(status === 400 || /"items":\[\]/.test(text), from);
			}
		});

		test('a number too large to be one is refused in a body too', async () => {
			const { playbackId } = await play(scene.owner, cardOf('Packed Film'));
			for (const positionMs of ['1e999', '-1', '1.5', '"5"', 'null', '-0.1']) {
				const body = `{"positionMs":${positionMs},"isPaused":false,"hasEnded":false}`;
				const init = { method: 'PUT', headers: json, body };
				assert.equal(
					(await ask(scene.owner, `/api/playback/${playbackId}/progress`, init))[0],
					400,
					positionMs,
				);
			}
		});

		test('one member who opens files and never reads cannot keep others from theirs', async () => {
			const eve = await addMember(scene.server, {
				username: `eve-${engine}`,
				password: 'another long password',
			});
			const { url } = await play(eve, cardOf('Long Film'));
			const answers: IncomingMessage[] = [];
			const openBefore = openFileCount();
			for (let count = 0; count < bodiesPerViewerMax + 12; count += 1) {
				answers.push(
					await new Promise<IncomingMessage>((resolve, reject) => {
						const headers = { cookie: eve.cookie ?? '' };
						get(`http://127.0.0.1:${scene.port}${url}`, { headers, agent: false }, resolve).once(
							'error',
							reject,
						);
					}),
				);
				answers.at(-1)?.on('error', () => undefined);
			}
			await until('the oldest to be cut', async () => openFileCount() <= openBefore + bodiesPerViewerMax);
			for (const answer of answers) answer.destroy();
			await until('the files to be closed', async () => openFileCount() <= openBefore);
		});

		test('live events are bounded for a session and for a person', async () => {
			const tom = { username: `tom-${engine}`, password: 'yet another long password' };
			const browser = await addMember(scene.server, tom);
			const streams: AbortController[] = [];
			const open = async (): Promise<void> => {
				const stop = new AbortController();
				streams.push(stop);
				await browser.fetch('/api/events', { signal: stop.signal });
			};
			const count = async (): Promise<number> => {
				const text = await (await scene.nobody().fetch('/metrics')).text();
				return Number(/^holdfast_event_streams (\d+)/m.exec(text)?.[1]);
			};
			for (let index = 0; index < 20; index += 1) await open();
			await until('the first to be ended', async () => (await count()) <= 8);
			for (const stop of streams) stop.abort();
			await until('all to be gone', async () => (await count()) === 0);
		});

		test('what is open to everybody tells nothing of anybody', async () => {
			for (const path of ['/metrics', '/api/openapi.json', '/api/status', '/healthz', '/readyz']) {
				const [, text] = await ask(scene.nobody(), path);
				assert.doesNotMatch(
					text,
					/\bada\b|mallory|long film|packed film|holiday|127\.0\.0\.1|hf-attacked/i,
					path,
				);
				assert.doesNotMatch(text, leak, path);
			}
		});
	});
}
