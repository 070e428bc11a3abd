/** Second factors from the command line, over the console's socket of a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRecoveryCodes } from '@holdfast/contract/factors';
import { addApp, shiftedClock, showPassword } from '../../../tests/support/factor-people.ts';
import { makeOwner, openBrowser, ownerNamed, startWholeServer } from '../../../tests/support/whole-server.ts';
import { type Command, type CommandNeeds, UsageError } from '../command.ts';
import { removeFactors, requireFactors, showFactors } from './factors.ts';

test('the machine shows what somebody has, asks roles for a factor, and takes factors away', async () => {
	const clock = shiftedClock();
	await using server = await startWholeServer({ clock });
	const browser = openBrowser(server.url);
	await makeOwner(server, browser);
	await addApp(browser, clock);
	await browser.call(makeRecoveryCodes);
	const run = (command: Command, ...words: string[]) =>
		command.run({ words, config: () => server.config } as Partial<CommandNeeds> as CommandNeeds);
	const { username } = ownerNamed;

	const required = await run(requireFactors, 'administrator', 'owner');
	assert.deepEqual(required.value, { requiredFor: ['owner', 'administrator'] });
	const shown = await run(showFactors, username);
	assert.deepEqual(shown.lines, [
		'authenticator apps  1',
		'passkeys            0',
		'recovery codes      10',
		'ada must have a second factor.',
	]);
	await assert.rejects(run(requireFactors, 'everybody'), UsageError);
	await assert.rejects(run(showFactors), UsageError);
	await assert.rejects(run(removeFactors, 'nobody'), /accounts\.account\.absent/);

	assert.deepEqual((await run(requireFactors)).lines, ['Nobody has to have a second factor.']);
	const removed = await run(removeFactors, username);
	assert.deepEqual(removed.lines, ['1 second factor of ada removed. The password alone is asked for now.']);
	assert.equal((await showPassword(openBrowser(server.url), ownerNamed)).state, 'signed-in');
});
