/** The mounter's own promise: bytes end with the session, whatever the handler does about it. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { route } from '@holdfast/contract/route';
import { silentLog } from '../log.ts';
import { createApp } from './app.ts';
import { createMounter } from './mount.ts';
import type { Caller } from './viewer.ts';

const endless = route({
	method: 'GET',
	path: '/endless',
	access: 'viewer',
	form: 'bytes',
	summary: 'Bytes without an end, from a handler that heeds no signal',
});

test('a stream whose handler ignores the session is cut when the session ends', async (t) => {
	const ending = new AbortController();
	const caller: Caller = {
		accountId: 'account',
		role: 'member',
		sessionId: 'session',
		scope: 'full',
		viewerId: 'viewer',
		ended: ending.signal,
	};
	const app = createApp({ log: silentLog, trustedProxies: [] });
	t.after(() => app.close());
	const { mount } = createMounter(app, () => Promise.resolve(caller));
	const source = new Readable({ read: () => undefined });
	t.after(() => source.destroy());
	mount(endless, () => ({ headers: { 'content-type': 'application/octet-stream' }, body: source }));
	const url = await app.listen({ port: 0, host: '127.0.0.1' });
	source.push('first');
	const answer = await fetch(`${url}/endless`, { signal: AbortSignal.timeout(10_000) });
	const reader = answer.body!.getReader();
	assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'first');
	ending.abort();
	// The socket goes, which a client sees as a broken answer; the time limit would be another error.
	await assert.rejects(reader.read(), (error: Error) => error.name !== 'TimeoutError');
	assert.equal(source.destroyed, true);
});
