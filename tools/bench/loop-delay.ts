/** Reads the event loop's delays of a server that was started with `loop-delay.mjs`. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerOptions } from './server.ts';

const answerMaxMs = 30_000;

export interface LoopDelays {
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly maxMs: number;
}

/** What `startServer` needs so that the delays are kept; `folder` is the measurement's own. */
export const keepingDelays = (folder: string): Pick<ServerOptions, 'nodeArgs' | 'settings'> => ({
	nodeArgs: ['--import', new URL('./loop-delay.mjs', import.meta.url).href],
	settings: { BENCH_LOOP_DELAY_FILE: join(folder, 'delays.json') },
});

/** The delays since the last time, and begins anew. */
export const takeDelays = async (folder: string, pid: number): Promise<LoopDelays> => {
	const file = join(folder, 'delays.json');
	rmSync(file, { force: true });
	process.kill(pid, 'SIGUSR2');
	const untilMs = performance.now() + answerMaxMs;
	while (!existsSync(file)) {
		if (performance.now() > untilMs) throw new Error('The server did not tell the delays of its event loop.');
		await delay(5);
	}
	return JSON.parse(readFileSync(file, 'utf8')) as LoopDelays;
};
