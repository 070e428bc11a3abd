/**
 * The process that meets what is in people's files: headers, tags, covers, pictures. Gets a request, answers
 * it, and ends with its parent.
 */
import { answerAsHelper } from '../platform/process/helper-answers.ts';
import type { RenderJob } from './artwork/render-job.ts';
import { probeFile } from './probe/probe-file.ts';
import type { ProbeJob, ProbeResult } from './probe/probe-job.ts';
import type { ReaderRequest } from './probe/probe-pool.ts';

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

/** The decoder is loaded at the first picture: most of what reads headers never needs it. */
const render = async (job: RenderJob): Promise<unknown> => {
	const { renderPicture } = await import('./artwork/render-picture.ts');
	return renderPicture(job);
};

answerAsHelper((asked) => {
	const request = asked as ReaderRequest;
	return 'jobs' in request ? probeAll(request.jobs) : render(request.render);
});
