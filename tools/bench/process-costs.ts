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

/** Memory of several processes, in MB. */
export interface MemoryHeld {
	/** What they hold together: a page of a file that several map, such as Node's own code, counts once. */
	readonly togetherMb: number;
	/** The sum of what each has resident: such a page counts once for each of them. */
	readonly residentSumMb: number;
	/** The kernel's proportional set size: lower where strangers run the same program. */
	readonly proportionalMb: number;
}

const fieldOf = (block: string, name: string): number =>
	Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(block)?.[1] ?? 0);

/** One mapping begins with its addresses, permissions, offset, device, inode and path. */
const mappingStart = /^(?=[0-9a-f]+-[0-9a-f]+ )/m;

/** Memory of a process and everything it started. */
export const memoryOf = async (pid: number): Promise<MemoryHeld> => {
	const sum = { own: 0, resident: 0, proportional: 0 };
	const files = new Map<string, number>();
	for (const one of [pid, ...(await childrenOf(pid))]) {
		const text = await readFile(`/proc/${one}/smaps`, 'utf8').catch(() => '');
		for (const block of text.split(mappingStart)) {
			const [, , offset, device, inode] = block.slice(0, block.indexOf('\n')).split(/\s+/);
			const [resident, anonymous] = [fieldOf(block, 'Rss'), fieldOf(block, 'Anonymous')];
			const file = `${device} ${inode} ${offset}`;
			sum.own += anonymous;
			sum.resident += resident;
			sum.proportional += fieldOf(block, 'Pss');
			files.set(file, Math.max(files.get(file) ?? 0, resident - anonymous));
		}
	}
	const shared = [...files.values()].reduce((total, kb) => total + kb, 0);
	return {
		togetherMb: (sum.own + shared) / 1024,
		residentSumMb: sum.resident / 1024,
		proportionalMb: sum.proportional / 1024,
	};
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
