/** Configuration: order of sources, all problems at once, relations, secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigInput, configOrFault, publicOriginOf, readConfig } from './read.ts';

const input = (over: Partial<ConfigInput> = {}): ConfigInput => ({
	file: null,
	env: { HOME: '/home/ada' },
	argv: [],
	readText: () => '',
	platform: 'linux',
	workingFolder: '/srv/holdfast',
	...over,
});

test('without anything said, the data lies in the working folder and the keys outside it', () => {
	const config = configOrFault(readConfig(input()));
	assert.equal(config.server.port, 8420);
	assert.equal(config.data.folder, '/srv/holdfast/data');
	assert.equal(config.data.keysFolder, '/home/ada/.local/state/holdfast/keys');
	assert.deepEqual(config.database, { kind: 'sqlite', path: '/srv/holdfast/data/holdfast.db' });
});

test('a flag wins over the environment, the environment over the file', () => {
	const file = {
		path: 'holdfast.toml',
		text: '[server]\nport = 1\nhost = "::1"\n[media]\npollMinutes = 7\n',
	};
	const read = readConfig(
		input({ file, env: { HOLDFAST_PORT: '2', HOLDFAST_HOST: '0.0.0.0' }, argv: ['--port', '3'] }),
	);
	const config = configOrFault(read);
	assert.equal(config.server.port, 3);
	assert.equal(config.server.host, '0.0.0.0');
	assert.equal(config.media.pollMinutes, 7);
});

const mistyped = 'HOLDFAST_PORT'.replace('ORT', 'ROT');

test('every problem is told at once, with where it stands and what would be right', () => {
	const env = { HOLDFAST_PORT: 'eighty', HOLDFAST_LOG_LEVEL: 'loud', [mistyped]: '1' };
	const read = readConfig(input({ env, argv: ['--colour=red'] }));
	assert.equal(read.config, null);
	assert.deepEqual(
		read.problems.map(({ key, source }) => [key, source]),
		[
			[mistyped, 'environment'],
			['--colour=red', 'command line'],
			['server.port', 'HOLDFAST_PORT'],
			['log.level', 'HOLDFAST_LOG_LEVEL'],
		],
	);
	assert.throws(() => configOrFault(read), /whole number from 0 to 65535/);
});

test('a secret may come from a file, and is never repeated in a problem', () => {
	const env = { HOLDFAST_DATABASE_URL_FILE: '/run/secret' };
	const config = configOrFault(readConfig(input({ env, readText: () => 'postgres://u:p@db/x\n' })));
	assert.equal(config.database.kind === 'postgres' && config.database.url, 'postgres://u:p@db/x');
	const wrong = readConfig(input({ env: { HOLDFAST_DATABASE_URL: 'mysql://u:hunter2@db/x' } }));
	assert.doesNotMatch(JSON.stringify(wrong.problems), /hunter2/);
});

test('a certificate without its key, a library without a kind, a public address with a path are refused', () => {
	const env = {
		HOLDFAST_TLS_CERTIFICATE_FILE: '/c.pem',
		HOLDFAST_MEDIA: 'movies=/films,/loose,books=/b',
		HOLDFAST_PUBLIC_URL: 'https://example.org/films',
	};
	const read = readConfig(input({ env }));
	assert.deepEqual(read.problems.map(({ key }) => key).sort(), [
		'media.libraries',
		'media.libraries',
		'server.publicUrl',
		'server.tlsCertificateFile',
	]);
});

test('libraries for the first start are read as kind and folder', () => {
	const config = configOrFault(readConfig(input({ env: { HOLDFAST_MEDIA: 'movies=/a, photos=/b/../c' } })));
	assert.deepEqual(config.media.libraries, [
		{ kind: 'movies', path: '/a' },
		{ kind: 'photos', path: '/c' },
	]);
});

test('a far account service makes a media server of the program, and wrong combinations are told', () => {
	const authority = 'https://people.example.org';
	const far = configOrFault(readConfig(input({ argv: ['--authority', authority] })));
	assert.deepEqual(far.roles, ['media']);
	assert.equal(far.authority?.url, authority);
	assert.equal(far.authority?.friendsGraceMs, 15 * 60_000);
	assert.deepEqual(configOrFault(readConfig(input({ argv: ['--roles=accounts'] }))).roles, ['accounts']);
	for (const argv of [
		['--roles=media'],
		['--roles=cooking'],
		['--roles=accounts,media', '--authority', authority],
		['--authority', 'people.example.org'],
		['--authority', `${authority}/path`],
	]) {
		const problems = readConfig(input({ argv })).problems;
		assert.equal(problems.length, 1, argv.join(' '));
		assert.match(problems[0]?.key ?? '', /server\.roles|authority\.url/);
	}
});

test('only plain web addresses become origins', () => {
	assert.equal(publicOriginOf('https://films.example.org/'), 'https://films.example.org');
	for (const wrong of [
		'javascript:alert(1)',
		'https://u:p@x.org',
		'https://x.org/?a',
		'x.org',
		'ftp://x.org',
	]) {
		assert.equal(publicOriginOf(wrong), null);
	}
});
