/** better-auth as a subject: started, filled with people, asked over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownNode, serverFlags } from '../../setup/paths.mjs';
import { assertGoingOn } from '../interruption.ts';
import { inParallel } from '../in-parallel.ts';
import { endChild } from '../programs.ts';
import type { Subject } from './subject.ts';

const program = fileURLToPath(new URL('./better-auth.ts', import.meta.url));
const mailOf = (index: number): string => `person${index}@example.org`;
const atOnce = 2;

const portOf = (child: ChildProcess): Promise<number> =>
	new Promise((resolve, reject) => {
		let output = '';
		const keep = (chunk: Buffer): void => {
			output += chunk.toString();
			const port = /^port (\d+)$/m.exec(output)?.[1];
			if (port !== undefined) resolve(Number(port));
		};
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		child.once('exit', () => reject(new Error(`better-auth ended:\n${output}`)));
	});

/** Starts it with so many people; disposing ends it and removes its database. */
export const openTheirs = async (people: number): Promise<Subject> => {
	assertGoingOn();
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-reset-'));
	const child = spawn(ownNode, [...serverFlags, program, join(folder, 'auth.db')], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env['PATH'], HOME: folder, NODE_ENV: 'production' },
	});
	const stop = async (): Promise<void> => {
		await endChild(child);
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const origin = `http://127.0.0.1:${await portOf(child)}`;
		const passwords = Array.from({ length: people }, (_, index) => `the first password of ${index}`);
		const cookies: string[][] = passwords.map(() => []);
		const post = async (path: string, body: object): Promise<string> => {
			const headers = { 'content-type': 'application/json', origin };
			const response = await fetch(`${origin}/api/auth${path}`, {
				method: 'POST',
				headers,
				body: JSON.stringify(body),
			});
			if (!response.ok) throw new Error(`better-auth ${path}: ${response.status} ${await response.text()}`);
			await response.arrayBuffer();
			return response.headers.get('set-cookie')?.split(';')[0] ?? '';
		};
		await inParallel(people, atOnce, async (index) => {
			const password = passwords[index] ?? '';
			await post('/sign-up/email', { email: mailOf(index), password, name: `Person ${index}` });
		});
		return {
			pid: child.pid ?? 0,
			signIn: async (index) => {
				const body = { email: mailOf(index), password: passwords[index] };
				cookies[index]?.push(await post('/sign-in/email', body));
			},
			reset: async (index) => {
				const email = mailOf(index);
				await post('/request-password-reset', { email, redirectTo: '/reset' });
				const token = await (await fetch(`${origin}/token?mail=${encodeURIComponent(email)}`)).text();
				const newPassword = `${passwords[index]} and the next`;
				await post('/reset-password', { token, newPassword });
				passwords[index] = newPassword;
			},
			devices: async (index) => {
				const alive = await Promise.all(
					(cookies[index] ?? []).map(async (cookie) => {
						const headers = { cookie };
						const session = await fetch(`${origin}/api/auth/get-session`, { headers });
						return (await session.json()) !== null;
					}),
				);
				return alive.filter(Boolean).length;
			},
			[Symbol.asyncDispose]: stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
};
