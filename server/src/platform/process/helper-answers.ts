/** The side of a helper process: takes requests from its channel and answers them, until its parent ends. */
import { flushCompileCache } from 'node:module';
import type { HelperAnswer, HelperRequest } from './helper-process.ts';

const bytesPerMb = 1024 * 1024;

/**
 * Answers every request by `answer`, which never rejects for what is wrong with a file. Called once, by the
 * entry of a helper.
 */
export const answerAsHelper = (answer: (asked: unknown) => Promise<unknown>): void => {
	const say = (id: number, result: unknown): void => {
		const message: HelperAnswer = {
			id,
			answer: result,
			residentMb: process.memoryUsage.rss() / bytesPerMb,
		};
		process.send?.(message);
	};
	// Ctrl-C reaches the whole group; the server decides when its helpers end.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
	// A reader that fails between two reads must cost its file, not the process.
	process.on('unhandledRejection', () => {});
	process.once('disconnect', () => process.exit(0));
	let isFirst = true;
	process.on('message', ({ id, asked }: HelperRequest) => {
		answer(asked).then(
			(result) => {
				say(id, result);
				// What it compiled is kept for the next one; it does not end by itself.
				if (isFirst) flushCompileCache();
				isFirst = false;
			},
			() => process.exit(1),
		);
	});
	say(0, null);
};
