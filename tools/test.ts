/**
 * `npm test [-- PATH…]`: brings what the tests need (PostgreSQL, Chromium, ffmpeg, the built web app), runs
 * them with Node's own runner, and leaves nothing behind.
 */
import { spawn } from 'node:child_process';
import { findProgram, installDebian } from './setup/debian.mjs';
import { ensureFfmpeg } from './setup/ffmpeg.mjs';
import { giveUp, ownNode, root, say } from './setup/paths.mjs';
import { ensureWeb } from './setup/web.mjs';
import { isJourney, testFilesFor } from './testing/files.ts';
import { startPostgres } from './testing/postgres.ts';

/** One test or one file may take this long; then it fails. */
const fileMaxMs = 180_000;
/** The whole run must stay below a quarter of an hour on two cores. */
const runMaxMs = 14 * 60_000;
const concurrency = 2;

const findBrowser = (): string | null => findProgram('chromium') ?? findProgram('google-chrome');

const ensureBrowser = async (): Promise<string> => {
	const found = findBrowser();
	if (found) return found;
	await installDebian(['chromium']);
	return findBrowser() ?? giveUp('the journeys need Chromium. Type: sudo apt-get install chromium');
};

const ensurePrograms = async (needsBrowser: boolean): Promise<Record<string, string>> => {
	if (!(await ensureFfmpeg())) giveUp('the tests need ffmpeg. Type: sudo apt-get install ffmpeg');
	if (process.platform === 'linux' && !findProgram('bwrap')) await installDebian(['bubblewrap']);
	return needsBrowser ? { HOLDFAST_TEST_CHROMIUM: await ensureBrowser() } : {};
};

/** Where the journeys leave their pictures. */
const picturesFor: ReadonlySet<string> = new Set(['HOLDFAST_SCREENSHOT_TO', 'HOLDFAST_TEST_LOOKS_TO']);

/** Settings of the person's own server must not reach the servers that tests start. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
	Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_') || picturesFor.has(name)),
	);

const runTests = (
	files: readonly string[],
	flags: readonly string[],
	env: NodeJS.ProcessEnv,
): Promise<number> =>
	new Promise((resolve) => {
		const args = [
			'--disable-warning=ExperimentalWarning',
			'--test',
			'--test-reporter=spec',
			`--test-concurrency=${concurrency}`,
			`--test-timeout=${fileMaxMs}`,
			...flags,
			...files,
		];
		const runner = spawn(ownNode, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
		const timer = setTimeout(() => {
			say(`the tests took longer than ${runMaxMs / 60_000} minutes and were stopped.`);
			runner.kill('SIGTERM');
		}, runMaxMs);
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
			process.on(signal, () => runner.kill(signal));
		runner.on('exit', (code) => {
			clearTimeout(timer);
			resolve(code ?? 1);
		});
	});

const main = async (args: readonly string[]): Promise<number> => {
	const flags = args.filter((arg) => arg.startsWith('-'));
	const files = testFilesFor(
		root,
		args.filter((arg) => !arg.startsWith('-')),
	);
	const hasJourneys = files.some(isJourney);
	const [programs] = await Promise.all([ensurePrograms(hasJourneys), hasJourneys ? ensureWeb() : undefined]);
	await using postgres = await startPostgres();
	const env = { ...cleanEnvironment(), ...programs, HOLDFAST_TEST_POSTGRES_URL: postgres.url };
	return await runTests(files, flags, env);
};

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	giveUp(error instanceof Error ? error.message : String(error));
}
