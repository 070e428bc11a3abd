/** An account service and its media server as people start them: two processes, and one that comes too early. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimServer } from '@holdfast/contract/servers';
import { getStatus } from '@holdfast/contract/system';
import { until } from './support/journey.ts';
import { makeFolders, runCommand, startProgram } from './support/program.ts';
import { freePort } from './support/two-programs.ts';
import { makeOwner, openBrowser } from './support/whole-server.ts';

test('a media server starts before its account service, says so, and is claimed once that is there', async () => {
	await using home = await makeFolders();
	await using hosted = await makeFolders();
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const media = startProgram(home, { HOLDFAST_AUTHORITY: url });
	const [, mediaUrl = ''] = await media.line(/ready: (\S+)/u);
	const [, code = '', keyName = ''] = await media.line(/Claim code: (\S+) \(key (\S+)\)/u);
	const visitor = openBrowser(mediaUrl.replace('localhost', '127.0.0.1'));
	const early = await visitor.call(getStatus);
	assert.deepEqual([early.hasOwner, early.authority?.isReachable, early.authority?.url], [false, false, url]);

	const env = { HOLDFAST_PORT: String(port), HOLDFAST_PUBLIC_URL: url, HOLDFAST_ROLES: 'accounts' };
	const authority = startProgram(hosted, env);
	const [, setupCode = ''] = await authority.line(/Set-up code: (\S+)/u);
	const owner = openBrowser(url);
	await makeOwner({ running: { setupCode } }, owner);
	assert.equal((await owner.fetch('/api/libraries')).status, 404);
	await until(
		'the media server to be heard',
		async () => (await visitor.call(getStatus)).authority?.isReachable,
	);
	const claimed = await owner.call(claimServer, { body: { code, name: 'Attic' } });
	assert.equal(claimed.keyName, keyName);
	await until('it to know its owner', async () => (await visitor.call(getStatus)).hasOwner);

	const status = await runCommand({ ...home, env: { ...home.env, HOLDFAST_AUTHORITY: url } }, [
		'server',
		'status',
	]);
	assert.match(status.stdout, /answers[\s\S]*Claimed\./u);
	const listed = await runCommand({ ...hosted, env: { ...hosted.env, ...env } }, ['server', 'list']);
	assert.match(listed.stdout, new RegExp(claimed.serverId, 'u'));
	media.child.kill('SIGTERM');
	authority.child.kill('SIGTERM');
	assert.deepEqual([(await media.ended).exitCode, (await authority.ended).exitCode], [0, 0]);
});

test('combinations that make no sense end the start with one line that says what would', async () => {
	await using folders = await makeFolders();
	const alone = startProgram(folders, { HOLDFAST_ROLES: 'media' });
	const { exitCode, stderr } = await alone.ended;
	assert.equal(exitCode, 2);
	assert.match(stderr, /server\.roles .* must name accounts too/u);
});
