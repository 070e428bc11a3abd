/**
 * Pictures out of real files: a frame of a film, a cover of a song, a photo in a format that only ffmpeg
 * decodes.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { systemClock } from '../../platform/clock.ts';
import { findTools } from '../../platform/process/find.ts';
import { createToolRunner } from '../../platform/process/tool.ts';
import { createProbePool } from '../probe/probe-pool.ts';
import { put, removeSamples } from '../tests/media.ts';
import { renderSource } from './source.ts';

const run = promisify(execFile);
const searchPath = '/usr/bin:/usr/local/bin:/opt/homebrew/bin';

after(removeSamples);

describe('the source of a picture', () => {
	it('may be a frame, a cover or a file', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'holdfast-source-'));
		await using tools = await createToolRunner({
			tools: await findTools({ ffmpegFolder: null, searchPath }),
			clock: systemClock,
		});
		await using pool = createProbePool({ clock: systemClock });
		const needs = { tools, pool };
		const from = async (relativePath: string, source: 'file' | 'embedded' | 'frame') => {
			const asked = { source, rootPath: folder, relativePath, durationMs: 1_000 };
			const result = await renderSource(needs, asked, { variant: 'page', isMeasured: true });
			if (result.outcome !== 'rendered') return result.outcome;
			assert.match(result.measured?.accent ?? '', /^#/u);
			const { format, width, height } = await sharp(result.bytes).metadata();
			return [format, width, height];
		};
		try {
			await put(join(folder, 'film.mkv'), 'matroska');
			await put(join(folder, 'photo.jpg'), 'photo');
			await put(join(folder, 'song.flac'), 'song');
			const cover = ['-i', join(folder, 'photo.jpg'), '-map', '0', '-map', '1', '-c', 'copy'];
			const words = ['-disposition:v', 'attached_pic', join(folder, 'covered.flac')];
			await run('ffmpeg', ['-loglevel', 'error', '-i', join(folder, 'song.flac'), ...cover, ...words]);
			assert.deepEqual(await from('film.mkv', 'frame'), ['webp', 64, 36]);
			assert.deepEqual(await from('covered.flac', 'embedded'), ['webp', 48, 32]);
			assert.equal(await from('song.flac', 'embedded'), 'undecodable');
			assert.equal(await from('song.flac', 'frame'), 'undecodable');
			assert.deepEqual(await from('photo.jpg', 'file'), ['webp', 48, 32]);
			assert.equal(await from('nothing.jpg', 'file'), 'away');
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});
