/** The thread that reads headers: gets a batch, answers a batch. Ends with its parent. */
import { parentPort } from 'node:worker_threads';
import { type PictureJob, readCover } from './picture.ts';
import { probeFile } from './probe-file.ts';
import type { ProbeJob, ProbeResult } from './probe-job.ts';

/** Files open at once: while one waits for its descriptor another is read. */
const filesAtOnce = 4;

const probeAll = async (jobs: readonly ProbeJob[]): Promise<ProbeResult[]> => {
	const results = new Array<ProbeResult>(jobs.length);
	let next = 0;
	const runner = async (): Promise<void> => {
		for (let index = next++; index < jobs.length; index = next++) {
			results[index] = await probeFile(jobs[index] as ProbeJob);
		}
	};
	await Promise.all(Array.from({ length: filesAtOnce }, runner));
	return results;
};

// A reader that fails between two reads must cost its file, not the thread.
process.on('unhandledRejection', () => {});

/** A batch of headers, or one cover. */
type Message =
	| { readonly batch: number; readonly jobs: readonly ProbeJob[] }
	| { readonly batch: number; readonly picture: PictureJob };

parentPort?.on('message', (message: Message) => {
	const { batch } = message;
	const work: Promise<unknown> = 'jobs' in message ? probeAll(message.jobs) : readCover(message.picture);
	void work.then((results) => parentPort?.postMessage({ batch, results }));
});
