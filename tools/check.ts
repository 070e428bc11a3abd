/**
 * `npm run check`: types, lint and format, the rules of tidy, columns, printed documents. All of it, then the
 * verdict.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ownNode, root } from './setup/paths.mjs';

interface Step {
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
}

const programs = join(root, 'node_modules', '.bin');
const script = (name: string, ...args: string[]): Step => ({
	name: ['tools', name.replace('.ts', '')].join('/'),
	command: ownNode,
	args: ['--disable-warning=ExperimentalWarning', join('tools', name), ...args],
});
const types = (workspace: string): Step => ({
	name: `types of ${workspace}`,
	command: join(programs, 'tsc'),
	args: ['-p', workspace],
});

const steps: readonly Step[] = [
	types('contract'),
	types('server'),
	types('web'),
	types('tools'),
	{
		name: 'lint and format',
		command: join(programs, 'biome'),
		args: ['ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=60', '.'],
	},
	script('tidy.ts'),
	script('columns.ts'),
	script('docs.ts', '--check'),
];

const stepMaxMs = 300_000;
const atOnce = 2;

const run = ({ name, command, args }: Step): Promise<boolean> =>
	new Promise((resolve) => {
		const startedMs = performance.now();
		const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: stepMaxMs });
		let output = '';
		const keep = (chunk: Buffer): void => {
			output += chunk.toString();
		};
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		const finish = (isDone: boolean): void => {
			const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
			console.log(`${isDone ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
			if (!isDone) console.log(`${output.trimEnd()}\n`);
			resolve(isDone);
		};
		child.on('error', (error) => {
			output += error.message;
			finish(false);
		});
		child.on('close', (code) => finish(code === 0));
	});

const waiting = [...steps];
const results: boolean[] = [];
const work = async (): Promise<void> => {
	for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step));
};
await Promise.all(Array.from({ length: atOnce }, work));
const failed = results.filter((isDone) => !isDone).length;
console.log(failed === 0 ? 'check: all good' : `check: ${failed} of ${steps.length} failed`);
process.exitCode = failed === 0 ? 0 : 1;
