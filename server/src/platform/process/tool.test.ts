/**
 * Real ffmpeg and ffprobe, on films made here, in the strongest confinement that this machine has and in the
 * weaker.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../clock.ts';
import { openBelow } from '../files/below.ts';
import {
	bitrate,
	flag,
	input,
	mapStream,
	number,
	seconds,
	toStdout,
	type ToolArgument,
	word,
} from './arguments.ts';
import { findTools } from './find.ts';
import { filters, scaleTo } from './filters.ts';
import {
	createToolRunner,
	describeConfinement,
	runTool,
	startTool,
	stopAllTools,
	type ToolLimits,
	ToolRefusal,
	type ToolRunner,
} from './tool.ts';
import type { Demuxer } from './vocabulary.ts';

const tools = await findTools({ ffmpegFolder: null, searchPath: process.env['PATH'] ?? '' });
const limits: ToolLimits = { wallMs: 60_000, cpuSeconds: 60, memoryMb: 4_096, outputBytesMax: 64_000_000 };
const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const film = 'plain.mp4';

before(() => {
	const made = [
		'-f',
		'lavfi',
		'-i',
		'testsrc=size=320x180:rate=25:duration=4',
		'-f',
		'lavfi',
		'-i',
		'sine=duration=4',
	];
	execFileSync('ffmpeg', [
		...made,
		'-loglevel',
		'error',
		'-pix_fmt',
		'yuv420p',
		'-shortest',
		join(folder, film),
	]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const probe = async (runner: ToolRunner, name: string, demuxer: Demuxer = 'mov') => {
	await using file = await openBelow(folder, name);
	const argv = [
		flag('-show_format'),
		flag('-show_streams'),
		flag('-of'),
		word('json'),
		input(file.realPath, { demuxer }),
	];
	return await runTool(runner, { tool: 'ffprobe', argv, inputs: [file], output: 'stdout', limits });
};

/** Sound for ever, as fast as it is read: a run that ends only when it is ended. */
const endless = (realPath: string): ToolArgument[] => [
	...[flag('-re'), flag('-itsoffset'), seconds(0), input(realPath, { demuxer: 'mov' })],
	...[flag('-f'), word('s16le'), toStdout()],
];

/** Processes of this machine that are ffmpeg or ffprobe and carry `text` in their command line. */
const processesWith = (text: string): string[] =>
	readdirSync('/proc').filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
			return /ff(mpeg|probe)$/.test(words[0] ?? '') && words.some((each) => each.includes(text));
		} catch {
			return false;
		}
	});

const suite = (kind: string, without: ('namespaces' | 'limits')[]) => {
	describe(`tools, confined by ${kind}`, { skip: tools.problem ?? false }, () => {
		let runner: ToolRunner;
		before(async () => {
			runner = await createToolRunner({ tools, clock: systemClock }, { without });
		});
		after(() => runner[Symbol.asyncDispose]());

		it('says in words how it confines', (context) => {
			assert.ok(describeConfinement(runner).every((line) => line.length > 10));
			context.diagnostic(`${runner.confinement.kind}: ${describeConfinement(runner).join('; ')}`);
			if (without.includes('namespaces')) assert.notEqual(runner.confinement.kind, 'namespaces');
		});

		it('reads a real film', async () => {
			const result = await probe(runner, film);
			assert.equal(result.exitCode, 0, result.stderrTail);
			const facts = JSON.parse(Buffer.from(result.stdout).toString()) as {
				streams: { codec_type: string }[];
			};
			assert.deepEqual(
				facts.streams.map((stream) => stream.codec_type),
				['video', 'audio'],
			);
		});

		it('converts a piece of a film', async () => {
			await using file = await openBelow(folder, film);
			const argv = [
				...[
					flag('-ss'),
					seconds(1_000),
					input(file.realPath, { demuxer: 'mov' }),
					flag('-t'),
					seconds(1_000),
				],
				...[
					flag('-map'),
					mapStream('video', 0),
					flag('-c:v'),
					word('libx264'),
					flag('-preset'),
					word('ultrafast'),
				],
				...[
					flag('-maxrate'),
					bitrate(800_000),
					flag('-bufsize'),
					bitrate(1_600_000),
					flag('-crf'),
					number(30, { min: 0, max: 51 }),
				],
				...[flag('-vf'), filters(scaleTo(160, 90)), flag('-movflags')],
				...[word('+frag_keyframe+empty_moov+default_base_moof'), flag('-f'), word('mp4'), toStdout()],
			];
			const result = await runTool(runner, {
				tool: 'ffmpeg',
				argv,
				inputs: [file],
				output: 'stdout',
				limits,
			});
			assert.equal(result.exitCode, 0, result.stderrTail);
			assert.equal(Buffer.from(result.stdout.subarray(4, 8)).toString(), 'ftyp');
		});

		for (const name of [
			'-i foo.mp4',
			`it's "so"; $(id) \`id\`.mp4`,
			'two\nlines.mp4',
			'🎬 é%d%03d.mp4',
			'concat:a|b.mp4',
			'http:x.mp4',
		]) {
			it(`plays a file that is called ${JSON.stringify(name)}`, async () => {
				copyFileSync(join(folder, film), join(folder, name));
				const result = await probe(runner, name);
				assert.equal(result.exitCode, 0, result.stderrTail);
			});
		}

		it('refuses a playlist that is dressed as a film and points at a file or an address', async () => {
			let visits = 0;
			const server = createServer((_request, response) => {
				visits += 1;
				response.end('#EXTM3U');
			});
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			const { port } = server.address() as AddressInfo;
			try {
				const targets = ['file:///etc/passwd', `http://127.0.0.1:${port}/a.ts`, join(folder, film)];
				for (const [index, target] of targets.entries()) {
					const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`;
					const concat = `ffconcat version 1.0\nfile '${target}'\n`;
					for (const [kind_, text] of [
						['hls', playlist],
						['concat', concat],
					] as const) {
						const name = `${kind_}-${index}.mp4`;
						writeFileSync(join(folder, name), text);
						for (const demuxer of ['mov', 'matroska', 'mpegts', 'avi'] as const) {
							const result = await probe(runner, name, demuxer);
							assert.notEqual(result.exitCode, 0, `${name} as ${demuxer}`);
							assert.ok(!Buffer.from(result.stdout).includes('codec_type'), `${name} as ${demuxer}`);
						}
					}
				}
				assert.equal(visits, 0);
			} finally {
				server.close();
			}
		});

		it('stops at the output limit and keeps what came before', async () => {
			await using file = await openBelow(folder, film);
			const argv = [input(file.realPath, { demuxer: 'mov' }), flag('-f'), word('s16le'), toStdout()];
			const small = { ...limits, outputBytesMax: 10_000 };
			const result = await runTool(runner, {
				tool: 'ffmpeg',
				argv,
				inputs: [file],
				output: 'stdout',
				limits: small,
			});
			assert.equal(result.ended, 'output-limit');
			assert.equal(result.stdout.length, 10_000);
		});

		it('stops at the wall limit', async () => {
			await using file = await openBelow(folder, film);
			const short = { ...limits, wallMs: 300 };
			const result = await runTool(runner, {
				tool: 'ffmpeg',
				argv: endless(file.realPath),
				inputs: [file],
				output: 'stdout',
				limits: short,
			});
			assert.equal(result.ended, 'wall-limit');
			assert.deepEqual(processesWith(file.realPath), []);
		});

		it('stops when memory is short', { skip: kind === 'nothing' }, async () => {
			const result = await (async () => {
				await using file = await openBelow(folder, film);
				const argv = [flag('-show_streams'), input(file.realPath, { demuxer: 'mov' })];
				return runTool(runner, {
					tool: 'ffprobe',
					argv,
					inputs: [file],
					output: 'stdout',
					limits: { ...limits, memoryMb: 32 },
				});
			})();
			assert.notEqual(result.exitCode, 0);
		});

		it('leaves no process when it is aborted, stopped, or its output is given up', async () => {
			await using file = await openBelow(folder, film);
			const inputs = [file];
			const aborting = new AbortController();
			const request = {
				tool: 'ffmpeg',
				argv: endless(file.realPath),
				inputs,
				output: 'stdout',
				limits,
			} as const;
			const aborted = startTool(runner, { ...request, signal: aborting.signal });
			const stopped = startTool(runner, request);
			const givenUp = startTool(runner, request);
			for (const running of [aborted, stopped, givenUp]) {
				await new Promise((resolve) => running.stdout.once('readable', resolve));
			}
			assert.equal(processesWith(file.realPath).length >= 3, true);
			aborting.abort();
			givenUp.stdout.destroy();
			await stopped.stop();
			assert.deepEqual(
				(await Promise.all([aborted.done, stopped.done, givenUp.done])).map(({ ended }) => ended),
				['aborted', 'aborted', 'aborted'],
			);
			assert.deepEqual(processesWith(file.realPath), []);
			assert.equal(runner.running.size, 0);
		});

		it('gives the tool an environment of two names and no rights to ours', async () => {
			await using file = await openBelow(folder, film);
			const running = startTool(runner, {
				tool: 'ffmpeg',
				argv: endless(file.realPath),
				inputs: [file],
				output: 'stdout',
				limits,
			});
			await new Promise((resolve) => running.stdout.once('readable', resolve));
			const [pid] = processesWith(file.realPath);
			assert.ok(pid);
			const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
				.split('\0')
				.map((line) => line.split('=')[0]);
			assert.deepEqual(names.filter((name) => name !== '' && name !== 'PWD').sort(), ['LANG', 'PATH']);
			if (runner.confinement.kind === 'namespaces') {
				const interfaces = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
					.split('\n')
					.slice(2)
					.map((line) => line.split(':')[0]?.trim());
				assert.deepEqual(interfaces.filter(Boolean), ['lo']);
				assert.throws(() => readFileSync(`/proc/${pid}/root/etc/passwd`));
				assert.deepEqual(readdirSync(`/proc/${pid}/root${folder}`), [film]);
			}
			await running.stop();
		});

		it('refuses arguments that were not made by its builders, and files that were not opened', async () => {
			await using file = await openBelow(folder, film);
			const base = { tool: 'ffmpeg', inputs: [file], output: 'stdout', limits } as const;
			const forged = { words: ['-i', 'http://127.0.0.1/'], realPath: null } as unknown as ToolArgument;
			const cases: readonly ToolArgument[][] = [
				[forged, toStdout()],
				[input('/etc/passwd', { demuxer: 'mov' }), toStdout()],
				[input(file.realPath, { demuxer: 'mov' }), flag('-f'), word('mp4')],
				[input(file.realPath, { demuxer: 'mov' }), toStdout(), word('mp4')],
			];
			for (const argv of cases) {
				assert.throws(
					() => startTool(runner, { ...base, argv }),
					(error) => error instanceof ToolRefusal && error.reason === 'refused',
				);
			}
		});

		it('leaves no tool behind when the program itself is killed', { skip: kind === 'nothing' }, async () => {
			const name = `killed-${without.length}.mp4`;
			copyFileSync(join(folder, film), join(folder, name));
			const script = `
				const at = (path) => new URL(path, ${JSON.stringify(import.meta.url)}).href;
				const [{ createToolRunner, startTool }, { openBelow }, words, { systemClock }] = await Promise.all(
					['./tool.ts', '../files/below.ts', './arguments.ts', '../clock.ts'].map((path) => import(at(path))));
				const needs = { tools: ${JSON.stringify(tools)}, clock: systemClock };
				const runner = await createToolRunner(needs, ${JSON.stringify({ without })});
				const file = await openBelow(${JSON.stringify(folder)}, ${JSON.stringify(name)});
				const { flag, input, word, toStdout } = words;
				const film = input(file.realPath, { demuxer: 'mov' });
				const argv = [flag('-re'), film, flag('-f'), word('s16le'), toStdout()];
				const limits = ${JSON.stringify(limits)};
				const request = { tool: 'ffmpeg', argv, inputs: [file], output: 'stdout', limits };
				const tool = startTool(runner, request);
				tool.stdout.once('readable', () => process.stdout.write(runner.workFolder));`;
			const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			const [workFolder] = (await once(program.stdout, 'data')) as [Buffer];
			assert.equal(processesWith(name).length, 1);
			program.kill('SIGKILL');
			await once(program, 'exit');
			// The film has seconds left to play, so a tool that went on would still be there at the first look.
			const killedAt = systemClock.elapsedMs();
			while (processesWith(name).length > 0 && systemClock.elapsedMs() - killedAt < 1_500)
				await systemClock.sleep(10);
			assert.deepEqual(processesWith(name), []);
			rmSync(workFolder.toString(), { recursive: true, force: true });
		});

		it('kills everything at shutdown and starts nothing after', async () => {
			await using file = await openBelow(folder, film);
			const request = {
				tool: 'ffmpeg',
				argv: endless(file.realPath),
				inputs: [file],
				output: 'stdout',
				limits,
			} as const;
			for (let count = 0; count < 3; count += 1) startTool(runner, request);
			assert.equal(runner.running.size, 3);
			await stopAllTools(runner);
			assert.equal(runner.running.size, 0);
			assert.deepEqual(processesWith(file.realPath), []);
			assert.throws(
				() => startTool(runner, request),
				(error) => error instanceof ToolRefusal && error.reason === 'stopping',
			);
		});
	});
};

suite('the strongest there is', []);
suite('limits', ['namespaces']);
suite('nothing', ['namespaces', 'limits']);
