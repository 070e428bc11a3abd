/** The other yardstick of scanning: one ffprobe for each file, as many at once as there are cores. */
import { availableParallelism } from 'node:os';
import { needProgram, run } from '../programs.ts';

const words = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json'];

/** Files a second over `paths`. */
export const probeEach = async (paths: readonly string[]): Promise<number> => {
	const program = await needProgram('ffprobe', 'ffmpeg');
	const startedMs = performance.now();
	let next = 0;
	const runner = async (): Promise<void> => {
		for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
			JSON.parse(await run(program, [...words, '-i', `file:${path}`]));
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, runner));
	return (paths.length * 1_000) / (performance.now() - startedMs);
};
