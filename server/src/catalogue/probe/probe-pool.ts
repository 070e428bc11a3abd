/**
 * Reads headers and renders pictures in processes of their own: nobody's page waits for a scan, what hostile
 * bytes do stays there, and the memory goes back. Processes start on demand and end when idle.
 */
import type { Clock } from '../../platform/clock.ts';
import { createHelperPool, HelperUnavailable } from '../../platform/process/helper-pool.ts';
import type { RenderJob, RenderResult } from '../artwork/render-job.ts';
import type { ProbeJob, ProbeResult } from './probe-job.ts';

/** A single file gets this long; a batch gets it plus a little for each file. */
const fileLimitMs = 10_000;
const batchExtraMs = 250;
const renderLimitMs = 30_000;
const processesMax = 2;
const heapMbMax = 320;

/** What a process is asked: a batch of headers, or one picture. */
export type ReaderRequest = { readonly jobs: readonly ProbeJob[] } | { readonly render: RenderJob };

export interface ProbePool extends AsyncDisposable {
	/**
	 * Answers in the order of the jobs. A file that holds its process too long, or kills it, is
	 * `probe-timeout`; the others are not.
	 *
	 * @throws HelperUnavailable  when no process could be had; nothing is then known of the files.
	 */
	probe(jobs: readonly ProbeJob[]): Promise<ProbeResult[]>;
	/**
	 * `undecodable` also where the process died of it or took too long. Goes before headers that wait.
	 *
	 * @throws HelperUnavailable
	 */
	render(job: RenderJob): Promise<RenderResult>;
	/** Processes alive now. */
	readonly processCount: number;
}

const timedOut: ProbeResult = {
	headHash: null,
	found: null,
	damage: { reason: 'probe-timeout', detail: null },
	demuxer: null,
};

const gaveUp: RenderResult = { outcome: 'undecodable', detail: 'The decoder was ended.' };

/** `entry` is for tests that bring a process which hangs. */
export const createProbePool = (
	needs: { readonly clock: Clock },
	options: { readonly entry?: URL; readonly fileLimitMs?: number } = {},
): ProbePool => {
	const limitMs = options.fileLimitMs ?? fileLimitMs;
	const entry = options.entry ?? new URL('../reader-process.ts', import.meta.url);
	const helpers = createHelperPool(needs, { entry, processesMax, heapMbMax });
	let isClosed = false;

	const ask = (asked: ReaderRequest, folder: string | null, limit: number, isUrgent: boolean) => {
		if (isClosed) throw new HelperUnavailable('The readers of files are stopped.');
		return helpers.ask({ asked, folder, limitMs: limit, isUrgent });
	};
	/** One batch lies below one root: it is what the process must be allowed to read. */
	const probeBelow = async (rootPath: string, jobs: readonly ProbeJob[]): Promise<ProbeResult[]> => {
		const limit = limitMs + (jobs.length - 1) * batchExtraMs;
		const answered = await ask({ jobs }, rootPath, limit, false);
		if (answered) return answered.answer as ProbeResult[];
		if (jobs.length === 1) return [timedOut];
		const half = Math.ceil(jobs.length / 2);
		const first = await probeBelow(rootPath, jobs.slice(0, half));
		return [...first, ...(await probeBelow(rootPath, jobs.slice(half)))];
	};
	const probe = async (jobs: readonly ProbeJob[]): Promise<ProbeResult[]> => {
		const results = new Array<ProbeResult>(jobs.length);
		for (const [rootPath, list] of Map.groupBy(jobs.entries(), ([, job]) => job.rootPath)) {
			const found = await probeBelow(
				rootPath,
				list.map(([, job]) => job),
			);
			for (const [at, [index]] of list.entries()) results[index] = found[at] ?? timedOut;
		}
		return results;
	};
	const render = async (job: RenderJob): Promise<RenderResult> => {
		const folder = job.origin.kind === 'bytes' ? null : job.origin.rootPath;
		const answered = await ask({ render: job }, folder, renderLimitMs, true);
		return answered === null ? gaveUp : (answered.answer as RenderResult);
	};
	return {
		probe,
		render,
		get processCount() {
			return helpers.processCount;
		},
		[Symbol.asyncDispose]: async () => {
			isClosed = true;
			await helpers[Symbol.asyncDispose]();
		},
	};
};
