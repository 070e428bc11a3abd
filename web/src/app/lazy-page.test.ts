/** What a page's code does when it cannot be fetched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failingGently } from './lazy-page.ts';

const moduleGone = new TypeError('Failed to fetch dynamically imported module');

test('with the server away, the failure is the server and not the code', async () => {
	const away = new Error('away');
	const load = failingGently(
		() => Promise.reject(moduleGone),
		() => Promise.reject(away),
	);
	await assert.rejects(load(), away);
});

test('with the server there, code of an older version stays missing, so that the router loads anew', async () => {
	const load = failingGently(
		() => Promise.reject(moduleGone),
		() => Promise.resolve(),
	);
	await assert.rejects(load(), moduleGone);
});

test('a server that came back is asked for the code again', async () => {
	const answers = [Promise.reject(moduleGone), Promise.resolve('the page')];
	const load = failingGently(
		() => answers.shift() ?? Promise.reject(moduleGone),
		() => Promise.reject(new Error('away')),
	);
	await assert.rejects(load());
	assert.equal(await load(), 'the page');
});
