/** What people own stays at home: all that an account service is asked while films are found and played. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listItems, listLibraries } from '@holdfast/contract/catalogue';
import { putProgress, startPlayback } from '@holdfast/contract/playback';
import * as contract from '@holdfast/contract/servers';
import { getStatus } from '@holdfast/contract/system';
import { makeFilm } from './support/films.ts';
import { mediaSetting, until } from './support/journey.ts';
import { startLyingAuthority } from './support/lying-authority.ts';
import { browser as capabilities } from './support/playing.ts';
import { openBrowser, startWholeServer } from './support/whole-server.ts';

const title = 'Unmistakable Title';

test('no title, path or position goes to the account service while a film is found, played and watched', async () => {
	await using stack = new AsyncDisposableStack();
	const folder = await mkdtemp(join(tmpdir(), 'hf-home-'));
	stack.defer(() => rm(folder, { recursive: true, force: true }));
	const films = join(folder, 'Films', `${title} (2001)`);
	await mkdir(films, { recursive: true });
	makeFilm(films, 'h264-aac.mp4', `${title} (2001).mp4`);
	const authority = stack.use(await startLyingAuthority());
	const env = {
		HOLDFAST_AUTHORITY: authority.url,
		HOLDFAST_MEDIA: mediaSetting({ movies: join(folder, 'Films') }),
	};
	const media = stack.use(await startWholeServer({ env }));
	const viewer = openBrowser(media.url);
	await until('the account service', async () => (await viewer.call(getStatus)).authority?.heardAt);
	const { flow, url } = await viewer.call(contract.beginEnter, { body: { origin: media.url } });
	const request = new URLSearchParams(new URL(url).hash.slice(1)).get('request') ?? '';
	const { state } = JSON.parse(Buffer.from(request.split('.')[1]!, 'base64url').toString()) as {
		state: string;
	};
	await viewer.call(contract.finishEnter, {
		body: { flow, state, code: 'A'.repeat(43), iss: authority.url },
	});

	const library = await until('the first scan', async () => {
		const { libraries } = await viewer.call(listLibraries);
		return libraries.find((each) => each.lastScannedAt !== null && !each.isScanning);
	});
	const { libraryId } = library;
	const [film] = (await viewer.call(listItems, { params: { libraryId }, query: {} })).items;
	assert.equal(film?.title, title);
	const { itemId } = film;
	const started = await viewer.call(startPlayback, { params: { itemId }, body: { capabilities } });
	const asked = authority.bodies.length;
	const params = { playbackId: started.playbackId };
	const body = { positionMs: 400, isPaused: false, hasEnded: false };
	await viewer.call(putProgress, { params, body });
	await until('the account service to be asked again', async () => authority.bodies.length > asked + 2);

	assert.ok(authority.bodies.some((body) => body.includes('codeVerifier')));
	for (const said of authority.bodies) {
		for (const secret of ['Unmistakable', folder, 'Films', itemId, libraryId, started.playbackId])
			assert.ok(!said.includes(secret), `${secret} in ${said}`);
		assert.doesNotMatch(said, /positionMs|title|viewer/);
	}
});
