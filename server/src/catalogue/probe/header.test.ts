/** Codecs that no browser plays are known by name all the same, without a child for each file. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { probeFile } from './probe-file.ts';

const run = promisify(execFile);
const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'];
const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=0.4'];
const sound = ['-f', 'lavfi', '-i', 'sine=d=0.4:r=48000'];

/** ffmpeg's encoder, and the name that the file must get. */
const tried: readonly (readonly [video: string, audio: string, codecs: string])[] = [
	['mpeg2video', 'mp2', 'mpeg2video,mp2'],
	['mpeg4', 'libmp3lame', 'mpeg4,mp3'],
	['mpeg4', 'truehd', 'mpeg4,truehd'],
	['mpeg2video', 'alac', 'mpeg2video,alac'],
];

describe('a Matroska file with old codecs', () => {
	let folder = '';
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'holdfast-header-'));
	});
	after(() => rm(folder, { recursive: true, force: true }));

	for (const [video, audio, codecs] of tried) {
		it(`knows ${codecs} with size, rate and channels, and asks nobody else`, async () => {
			const name = `${video}-${audio}.mkv`;
			const coded = ['-c:v', video, '-c:a', audio, '-ac', '2', '-strict', '-2'];
			await run('ffmpeg', [...quiet, ...picture, ...sound, ...coded, join(folder, name)]);
			const { found, damage, demuxer } = await probeFile({
				rootPath: folder,
				relativePath: name,
				libraryKind: 'movies',
			});
			assert.equal(damage, null);
			assert.equal(demuxer, null);
			assert.equal(found?.streams.map(({ codec }) => codec).join(), codecs);
			const [first, second] = found?.streams ?? [];
			assert.deepEqual([first?.widthPx, first?.heightPx, first?.frameRate], [160, 90, 25]);
			assert.deepEqual([second?.channels, second?.sampleRateHz], [2, 48_000]);
		});
	}
});
