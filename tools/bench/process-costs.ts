/** What a process costs: memory and processor time, children included. Linux only, from `/proc`. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

const statOf = async (pid: number): Promise<string[]> => {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** Process ids below `pid`, however deep. */
export const childrenOf = async (pid: number): Promise<number[]> => {
	const parents = new Map<number, number>();
	for (const entry of await readdir('/proc')) {
		if (/^\d+$/.test(entry)) parents.set(Number(entry), Number((await statOf(Number(entry)))[1]));
	}
	const below = (parent: number): number[] =>
		[...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
	return below(pid);
};

const residentKbOf = async (pid: number): Promise<number> => {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
};

/** Resident memory of a process and everything it started, in MB. */
export const residentMbOf = async (pid: number): Promise<number> => {
	let kb = 0;
	for (const one of [pid, ...(await childrenOf(pid))]) kb += await residentKbOf(one);
	return kb / 1024;
};

let ticksPerSecond = 0;

/**
 * Processor time so far of a process and everything it started and of children that have ended, in seconds.
 */
export const cpuSecondsOf = async (pid: number): Promise<number> => {
	ticksPerSecond ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
	let ticks = 0;
	for (const one of [pid, ...(await childrenOf(pid))]) {
		// User, system, and the same of children that were waited for: fields 14 to 17.
		const fields = await statOf(one);
		ticks += [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
	}
	return ticks / ticksPerSecond;
};
