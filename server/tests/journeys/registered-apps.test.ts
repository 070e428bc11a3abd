/** An administrator adds an app in settings, sees its secret once, and removes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listApps } from '@holdfast/contract/provider';
import { openChromium } from '../support/chromium.ts';
import { usePublicUrl } from '../support/apps.ts';
import { signInOn, startJourney, until, visit } from '../support/journey.ts';
import { makeOwner, openBrowser } from '../support/whole-server.ts';

test('an app is added with a secret that is shown once, and removed', async () => {
	await using server = await startJourney();
	const owner = openBrowser(server.url);
	await makeOwner(server, owner);
	await usePublicUrl(server, owner);
	await using chromium = await openChromium();
	const visitor = await visit(chromium, server.url);
	const { page } = visitor;
	await signInOn(visitor);
	await page.goto(`${server.url}/settings`);
	const section = page.getByRole('region', { name: 'Apps people can sign in to' });
	await section.getByRole('button', { name: 'Add an app' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.locator('input[name=app-name]').fill('Film Club');
	await dialog.locator('input[name=app-address]').fill('https://app.example.org/callback');
	await dialog.getByText('The app can keep a secret').click();
	await dialog.getByRole('button', { name: 'Add an app' }).click();
	const secret = (await dialog.locator('.app-secret').textContent()) ?? '';
	assert.match(secret, /^[\w-]{43}$/u);
	await dialog.getByRole('button', { name: 'Done' }).click();
	await section.getByText('https://app.example.org/callback').waitFor();
	assert.ok(!(await page.content()).includes(secret));
	const added = (await owner.call(listApps)).apps.find(({ name }) => name === 'Film Club');
	assert.equal(added?.hasSecret, true);
	await section.getByRole('button', { name: 'Remove Film Club' }).click();
	await page.getByRole('alertdialog').or(dialog).getByRole('button', { name: 'Remove', exact: true }).click();
	await until('the app to be gone', async () => (await owner.call(listApps)).apps.length === 1);
	await visitor.leave();
});
