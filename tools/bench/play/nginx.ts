/** The yardstick of direct play: nginx on loopback over one folder, as Debian's configuration sets it up. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endChild, freePort, needProgram } from '../programs.ts';

const startMaxMs = 10_000;

export interface Nginx extends AsyncDisposable {
	readonly url: string;
	readonly pid: number;
}

const configOf = (folder: string, root: string, port: number): string => `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
	sendfile on;
	tcp_nopush on;
	access_log off;
	default_type application/octet-stream;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
	server {
		listen 127.0.0.1:${port};
		root "${root}";
	}
}
`;

const answers = async (url: string): Promise<boolean> => {
	try {
		await (await fetch(url, { method: 'HEAD' })).arrayBuffer();
		return true;
	} catch {
		return false;
	}
};

/** Serves the files of `root`; `folder` is its own for everything else. */
export const startNginx = async (folder: string, root: string): Promise<Nginx> => {
	const program = await needProgram('nginx', 'nginx-light');
	await mkdir(folder, { recursive: true });
	const port = await freePort();
	const config = join(folder, 'nginx.conf');
	await writeFile(config, configOf(folder, root, port));
	const child = spawn(program, ['-c', config, '-p', folder, '-e', join(folder, 'error.log')], {
		stdio: 'ignore',
	});
	const url = `http://127.0.0.1:${port}`;
	const untilMs = performance.now() + startMaxMs;
	while (!(await answers(url))) {
		if (child.exitCode !== null || performance.now() > untilMs) {
			await endChild(child);
			throw new Error('nginx did not start.');
		}
		await delay(20);
	}
	return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => endChild(child) };
};
