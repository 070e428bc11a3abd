/** `HOLDFAST_MEDIA`: libraries without a browser, once in the life of a server. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as contract from '@holdfast/contract/catalogue';
import { makeOwner, openBrowser, ownerNamed, signIn, startWholeServer } from './support/whole-server.ts';

test('libraries named at the first start are there, scanned, and stay removed once removed', async () => {
	const media = await mkdtemp(join(tmpdir(), 'hf-media-'));
	await mkdir(join(media, 'films'));
	await mkdir(join(media, 'songs'));
	const HOLDFAST_MEDIA = `movies=${media}/films,music=${media}/songs`;
	let server = await startWholeServer({ env: { HOLDFAST_MEDIA } });
	try {
		const browser = openBrowser(server.url);
		await makeOwner(server, browser);
		const { libraries } = await browser.call(contract.listLibraries);
		assert.deepEqual(libraries.map(({ kind }) => kind).sort(), ['movies', 'music']);
		const [first, second] = libraries;
		const libraryId = first?.libraryId ?? '';
		await browser.call(contract.removeLibrary, { params: { libraryId } });
		server = await server.restart();
		const again = openBrowser(server.url);
		await signIn(again, ownerNamed);
		const left = await again.call(contract.listLibraries);
		assert.deepEqual(
			left.libraries.map((library) => library.libraryId),
			[second?.libraryId],
		);
	} finally {
		await server[Symbol.asyncDispose]();
		await rm(media, { recursive: true, force: true });
	}
});
