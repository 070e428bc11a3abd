/** Addresses and faults of calls. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { finishSignIn, getSession } from '@holdfast/contract/accounts';
import { listItems } from '@holdfast/contract/catalogue';
import { ApiFault, call, onSignedOut, urlOf } from './client.ts';

const realFetch = globalThis.fetch;
afterEach(() => {
	globalThis.fetch = realFetch;
});

const answerWith = (response: () => Response | Promise<Response>): void => {
	globalThis.fetch = async () => response();
};
const problem = (status: number, body: unknown, headers: Record<string, string> = {}) =>
	new Response(JSON.stringify(body), {
		status,
		headers: { 'content-type': 'application/problem+json', ...headers },
	});

const faultOf = async (action: Promise<unknown>): Promise<ApiFault> => {
	const error = await action.then(
		() => assert.fail('it should have failed'),
		(cause: unknown) => cause,
	);
	assert.ok(error instanceof ApiFault);
	return error;
};

describe('an address', () => {
	it('is filled with encoded params and the query that is set', () => {
		const url = urlOf(listItems, {
			params: { libraryId: 'a/b c' },
			query: { from: 0, limit: 50, sort: undefined },
		});
		assert.equal(url, '/api/libraries/a%2Fb%20c/items?from=0&limit=50');
	});

	it('is refused without its params', () => {
		assert.throws(() => urlOf(listItems), TypeError);
	});
});

describe('a call', () => {
	it('turns a problem into a fault with its code, kind, detail and time to wait', async () => {
		answerWith(() =>
			problem(429, { code: 'request.too-many', detail: { left: 0 } }, { 'retry-after': '42' }),
		);
		const fault = await faultOf(call(getSession));
		assert.deepEqual(
			[fault.code, fault.kind, fault.status, fault.retryAfterMs],
			['request.too-many', 'exhausted', 429, 42_000],
		);
		assert.deepEqual(fault.detail, { left: 0 });
	});

	it('calls a code it does not know broken, and never shows it', async () => {
		answerWith(() => problem(500, { code: 'no.such.code', detail: 'secret' }));
		const fault = await faultOf(call(getSession));
		assert.equal(fault.code, 'server.broken');
		assert.deepEqual(fault.detail, {});
	});

	it("takes a proxy's error page and a dead network for a server out of reach", async () => {
		answerWith(() => new Response('<html>Bad gateway</html>', { status: 502 }));
		assert.equal((await faultOf(call(getSession))).code, 'network.away');
		answerWith(() => Promise.reject(new TypeError('failed to fetch')));
		assert.equal((await faultOf(call(getSession))).code, 'network.away');
	});

	it('tells the app when nobody is signed in, but not for a wrong password', async (t) => {
		let times = 0;
		t.after(onSignedOut(() => times++));
		answerWith(() => problem(401, { code: 'access.sign-in-needed' }));
		await faultOf(call(getSession));
		assert.equal(times, 1);
		answerWith(() => problem(401, { code: 'accounts.credentials.wrong' }));
		await faultOf(call(finishSignIn, { body: { flow: 'f', finishLoginRequest: 'm' } }));
		assert.equal(times, 1);
	});
});
