/**
 * Real files that nobody made for us: each is read, or listed as damaged with a reason; none crashes or
 * hangs.
 */
import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { findTools } from '../../platform/process/find.ts';
import { createToolRunner } from '../../platform/process/tool.ts';
import { probeByTool } from './ffprobe.ts';
import type { ProbeJob, ProbeResult } from './probe-job.ts';
import { createProbePool } from './probe-pool.ts';

const root = resolve(import.meta.dirname, '../../../../../shared/media');
const isThere = existsSync(root);

const kindOf = (path: string): ProbeJob['libraryKind'] =>
	path.startsWith('photos/') ? 'photos' : path.startsWith('music/') ? 'music' : 'movies';

/** No media at all, or broken on purpose; with or without ffprobe. */
const notMedia = /\.(?:md|xmp|vtt)$/u;

const codecs: readonly (readonly [path: string, container: string, codecs: string])[] = [
	['video/mp4/sample_ac3.mp4', 'mp4', 'ac3'],
	['video/mp4/h265_bframes.mp4', 'mp4', 'hevc'],
	['video/mp4/sample_av1.mp4', 'mp4', 'av1,aac'],
	['video/mkv/sample_with_srt.mkv', 'matroska', 'h264,ac3,srt'],
	['video/mkv/sample_with_ssa_subtitles.mkv', 'matroska', 'h264,ac3,ssa'],
	['video/mkv/bbb_1920x1080_60fps_vp8.webm', 'webm', 'vp8,vorbis'],
	['video/mkv/sample_with_dts.mkv', 'matroska', 'dts'],
	['video/flac/bear.flac', 'flac', 'flac'],
	['video/ts/sample_h264_mpeg_audio.ts', 'mpegts', 'h264,mp2'],
	['video/avi/sample.avi', 'avi', 'mpeg4,mp3'],
	['video/ts/sample_h262_mpeg_audio.ps', 'mpegps', 'mpeg2video,mp2'],
	['video/mp4/sample_alac.mp4', 'mp4', 'alac'],
];

describe('real media', {
	skip: isThere ? false : 'there is no ../shared/media here: real files were not tried',
}, () => {
	const runner = findTools({ ffmpegFolder: null, searchPath: '/usr/bin:/usr/local/bin' }).then((tools) =>
		createToolRunner({ tools, clock: systemClock }),
	);
	after(async () => (await runner)[Symbol.asyncDispose]());
	const found = new Map<string, ProbeResult>();

	it('is read or listed with a reason, every file of it', async () => {
		await using pool = createProbePool({ clock: systemClock });
		const paths = globSync('**/*', { cwd: root, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => relative(root, resolve(entry.parentPath, entry.name)));
		const jobs = paths.map(
			(relativePath): ProbeJob => ({ rootPath: root, relativePath, libraryKind: kindOf(relativePath) }),
		);
		const results = await pool.probe(jobs);
		assert.equal(results.length, paths.length);
		for (const [index, job] of jobs.entries()) {
			const result = await probeByTool({ tools: await runner }, job, results[index] as ProbeResult);
			found.set(job.relativePath, result);
			assert.ok(result.damage !== null || result.found !== null, job.relativePath);
			if (notMedia.test(job.relativePath)) assert.equal(result.damage?.reason, 'not-media', job.relativePath);
		}
		const read = [...found.values()].filter(({ damage }) => damage === null).length;
		assert.ok(read >= paths.length * 0.9, `${read} of ${paths.length} were read`);
		assert.ok([...found.values()].every(({ damage }) => damage?.reason !== 'probe-timeout'));
	});

	for (const [path, container, wanted] of codecs) {
		it(`of ${path} is ${container} with ${wanted}`, (test) => {
			const result = found.get(path);
			if (!result) return test.skip('this file is not there');
			assert.equal(result.found?.container, container);
			assert.equal(result.found?.streams.map(({ codec }) => codec).join(), wanted);
		});
	}

	it('that is encrypted is said to be', (test) => {
		const path = 'video/drm/sample_fragmented_clearkey.mp4';
		if (!found.has(path)) return test.skip('this file is not there');
		assert.equal(found.get(path)?.damage?.reason, 'encrypted');
	});
});
