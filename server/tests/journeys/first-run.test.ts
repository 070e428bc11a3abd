/**
 * From an empty machine to a library on screen, as its owner does it: the printed code, an account, the
 * recovery kit, folders, the address, the scan. Every step survives a reload.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createLibrary, listFolders } from '@holdfast/contract/catalogue';
import type { Browser as Chromium, Page } from 'playwright-core';
import { restoreFromKit, sealedKeysFileName } from '../../src/keeper/index.ts';
import { openChromium } from '../support/chromium.ts';
import { holds, onScreen, sharedMedia, startJourney, signInOn, visit, wordsOf } from '../support/journey.ts';
import { seeded } from '../support/seed-media.ts';
import { openBrowser, type WholeServer } from '../support/whole-server.ts';

let chromium: Chromium;
let folder: string;
let roots: { readonly media: string; readonly spare: string };

before(async () => {
	chromium = await openChromium();
	folder = await mkdtemp(join(tmpdir(), 'hf-first-run-'));
	const media = await sharedMedia();
	// Copies: the journey puts a film in while it looks.
	roots = { media: join(folder, 'Our media'), spare: join(folder, 'Spare disk') };
	await cp(media.movies, join(roots.media, 'Films'), { recursive: true });
	await cp(media.music, join(roots.media, 'Music'), { recursive: true });
	await mkdir(roots.spare);
	await mkdir(join(folder, 'Private'));
});
after(async () => {
	await chromium?.close();
	await rm(folder, { recursive: true, force: true });
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const press = (page: Page, name: string | RegExp): Promise<void> =>
	page
		.getByRole('button', { name, exact: typeof name === 'string' })
		.last()
		.click();

const enterCode = async (page: Page, code: string): Promise<void> => {
	await page.locator('input[name=setup-code]').fill('AAAA-BBBB-CCCC-DDDD');
	await press(page, 'Continue');
	assert.match(await wordsOf(page.locator('.field-fault')), /\w/, 'a wrong code is told');
	await page.reload();
	await page.locator('input[name=setup-code]').fill(code);
	await press(page, 'Continue');
	await heading(page, 'Your account').waitFor();
};

/** Takes the generated password, after a weak one was refused and a reload lost nothing but the draft. */
const makeAccount = async (page: Page): Promise<string> => {
	await page.locator('input[name=username]').fill('grace');
	await page.reload();
	await heading(page, 'Your account').waitFor();
	await page.locator('input[name=username]').fill('grace');
	await page.locator('input[name=new-password]').fill('aaaaaaaaaaaaaaaa');
	await press(page, 'Create my account');
	await page.locator('.field-fault').waitFor();
	await press(page, 'Make one for me');
	const password = await page.locator('input[name=new-password]').inputValue();
	assert.ok(password.length >= 15, `a generated password of ${password.length} characters`);
	await page.getByText('strong').waitFor();
	await press(page, 'Create my account');
	await heading(page, 'Your recovery kit').waitFor();
	return password;
};

/** Saves the kit as a file and reads it back: it must open the sealed keys of this very server. */
const saveKit = async (page: Page, server: WholeServer): Promise<void> => {
	await page.reload();
	await press(page, 'Show my recovery kit');
	assert.ok(await page.getByRole('button', { name: 'Continue' }).isDisabled(), 'not before it is saved');
	const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as a file')]);
	const saved = join(folder, download.suggestedFilename());
	await download.saveAs(saved);
	const sealedKeys = await readFile(join(server.config.data.folder, sealedKeysFileName), 'utf8');
	const keysFolder = await mkdtemp(join(folder, 'keys-'));
	restoreFromKit({ kit: await readFile(saved, 'utf8'), sealedKeys, keysFolder });
	await page.getByText('I have saved the kit').click();
	await press(page, 'Continue');
	await heading(page, 'What do you have?').waitFor();
};

const shownFolders = async (page: Page): Promise<string[]> => {
	await page.getByRole('dialog').locator('.folder').first().waitFor();
	const labels = page.getByRole('dialog').getByRole('button', { name: /^Open / });
	return Promise.all((await labels.all()).map(async (each) => (await each.getAttribute('aria-label')) ?? ''));
};

const addLibrary = async (page: Page, kind: string, name: string): Promise<void> => {
	await page.getByText(kind, { exact: true }).first().click();
	await press(page, 'Choose a folder');
	assert.deepEqual(
		await shownFolders(page),
		[`Open ${roots.media}`, `Open ${roots.spare}`],
		'the allowed roots',
	);
	await press(page, `Open ${roots.media}`);
	await page.getByRole('button', { name: 'Open Films' }).waitFor();
	assert.deepEqual(await shownFolders(page), ['Open Films', 'Open Music'], 'nothing above the root');
	await press(page, `Open ${name}`);
	await press(page, `Choose ${name}`);
	await page.getByText(join(roots.media, name)).waitFor();
	await press(page, 'Add library');
	await page.getByRole('button', { name: 'Add a library' }).waitFor();
};

/** Only what the picker handed out is taken: no path, and no handle of somebody's making. */
const tryOtherFolders = async (server: WholeServer, page: Page): Promise<void> => {
	const owner = openBrowser(server.url);
	owner.cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
	const { folders } = await owner.call(listFolders);
	const genuine = folders[0]?.handle ?? '';
	const made = `${genuine.slice(0, -2)}${genuine.endsWith('AA') ? 'BB' : 'AA'}`;
	for (const handle of [
		join(folder, 'Private'),
		'/etc/passwd',
		Buffer.from(folder).toString('base64url'),
		made,
	]) {
		const body = { name: 'Mine now', kind: 'movies' as const, folders: [handle] };
		await assert.rejects(owner.call(createLibrary, { body }), /catalogue\.folder\.refused/);
	}
};

const chooseAddress = async (page: Page): Promise<void> => {
	await page.reload();
	await heading(page, 'How will you reach it?').waitFor();
	await page.getByText('Another address').click();
	await page.locator('input[name=public-url]').fill('not an address');
	await press(page, 'Continue');
	await page.locator('.field-fault').waitFor();
	await page.locator('input[name=public-url]').fill('https://films.example.org');
	await press(page, 'Continue');
	await page.getByRole('button', { name: 'Start watching' }).waitFor();
};

/** Keeps every word the list of libraries ever showed, however short. */
const rememberWords = `
	window.wordsSeen = new Set();
	new MutationObserver(() => {
		for (const each of document.querySelectorAll('.setup-library')) window.wordsSeen.add(each.textContent);
	}).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** Files that are none, so many that reading them takes long enough to be seen; they stop nothing. */
const junkFiles = 4_000;

const dropJunk = async (): Promise<void> => {
	const folder = join(roots.media, 'Films', 'Half downloads');
	await mkdir(folder);
	for (let index = 0; index < junkFiles; index += 1) {
		await writeFile(join(folder, `part ${index}.mkv`), `nothing that plays, number ${index}`);
	}
};

/** Films that arrive while the page is open show up by themselves, and the page says that it is reading. */
const watchTheScan = async (page: Page): Promise<void> => {
	await page.reload();
	await page.getByText('12 titles').waitFor();
	await page.getByText('1 title', { exact: true }).waitFor();
	await dropJunk();
	for (const title of ['Late Arrival', 'Later Still']) {
		const home = join(roots.media, 'Films', `${title} (2025)`);
		await mkdir(home);
		const source = join(roots.media, 'Films', `${seeded.direct} (1994)`, `${seeded.direct} (1994).mp4`);
		await cp(source, join(home, `${title} (2025).mp4`));
	}
	await page.getByText('14 titles').waitFor();
	await holds(page, '[...window.wordsSeen].some((words) => /Reading Films/.test(words))');
};

/** All six steps, in order, to the home page. */
const setUp = async (page: Page, server: WholeServer, code: string): Promise<string> => {
	await page.goto(server.url);
	await page.waitForURL('**/setup');
	await enterCode(page, code);
	const password = await makeAccount(page);
	await saveKit(page, server);
	await page.reload();
	await addLibrary(page, 'Films', 'Films');
	await page.reload();
	await press(page, 'Add a library');
	await addLibrary(page, 'Music', 'Music');
	await tryOtherFolders(server, page);
	await press(page, 'Continue');
	await heading(page, 'How will you reach it?').waitFor();
	await chooseAddress(page);
	await watchTheScan(page);
	await press(page, 'Start watching');
	await page.waitForURL(`${server.url}/`);
	await page.getByRole('link', { name: seeded.packaged }).first().waitFor();
	return password;
};

describe('the first run', () => {
	test('leads from the printed code to a home page with titles, and every step survives a reload', async () => {
		await using server = await startJourney({
			hasRealStretching: true,
			env: { HOLDFAST_MEDIA_ROOTS: `${roots.media},${roots.spare}` },
		});
		const code = server.running.setupCode ?? '';
		const visitor = await visit(chromium, server.url, { acceptDownloads: true });
		const { page } = visitor;
		page.on('dialog', (dialog) => void dialog.accept());
		await page.addInitScript(rememberWords);
		const password = await onScreen(page, () => setUp(page, server, code));
		const status = (await (await fetch(`${server.url}/api/status`)).json()) as { publicUrl: string };
		assert.equal(status.publicUrl, 'https://films.example.org');
		await page.goto(`${server.url}/setup`);
		await page.waitForURL(`${server.url}/`);
		await visitor.leave();

		const later = await visit(chromium, server.url);
		await signInOn(later, { username: 'grace', password });
		await later.page.getByRole('link', { name: seeded.album }).first().waitFor();
		await later.leave();
	});
});
