/** Films to play in each of the three ways, and one large file to measure throughput with. */
import {
	appendFileSync,
	copyFileSync,
	linkSync,
	openSync,
	closeSync,
	writeSync,
	statSync,
	mkdirSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { ffmpeg } from '../programs.ts';

export type Way = 'direct' | 'packaged' | 'transcoded';
export const ways: readonly Way[] = ['direct', 'packaged', 'transcoded'];

/** Each is played once by name, so that no run begins where another stopped. */
export const titleOf = (way: Way, round: number): string => `${way} ${String.fromCharCode(65 + round)}`;
export const largeTitle = 'Large';

const clipSeconds = 20;
const blockBytes = 32 * 1024 * 1024;
const boxHeaderBytes = 16;

const picture = ['-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=25:d=${clipSeconds}`];
const sound = ['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${clipSeconds}`];
const noise = ['-vf', 'noise=alls=8:allf=t', '-pix_fmt', 'yuv420p', '-g', '75', '-b:v', '6M'];
const aac = ['-c:a', 'aac', '-ac', '2', '-b:a', '128k'];

/** Pads an MP4 file to `sizeBytes` by a box that players skip, full of bytes that nothing can compress. */
const padMp4 = (path: string, sizeBytes: number): void => {
	const paddingBytes = sizeBytes - statSync(path).size;
	if (paddingBytes <= boxHeaderBytes) return;
	const header = Buffer.alloc(boxHeaderBytes);
	header.writeUInt32BE(1, 0);
	header.write('free', 4, 'latin1');
	header.writeBigUInt64BE(BigInt(paddingBytes), 8);
	appendFileSync(path, header);
	const block = randomFillSync(Buffer.alloc(blockBytes));
	const file = openSync(path, 'a');
	try {
		for (let left = paddingBytes - boxHeaderBytes; left > 0; left -= blockBytes)
			writeSync(file, block, 0, Math.min(left, blockBytes));
	} finally {
		closeSync(file);
	}
};

export interface Films {
	/** H.264 and AAC in Matroska, 1080p. */
	readonly packaged: string;
	/** HEVC and AAC in Matroska, 1080p. */
	readonly transcoded: string;
	readonly large: string;
}

/** Makes them below `root` in a folder `Films`: so many of each way, `minutes` long. */
export const makeFilms = async (
	root: string,
	options: { readonly each: number; readonly minutes: number; readonly largeBytes: number },
): Promise<Films> => {
	const films = join(root, 'Films');
	const sources = join(root, 'sources');
	mkdirSync(films, { recursive: true });
	mkdirSync(sources, { recursive: true });
	const at = (name: string): string => join(sources, name);
	const loops = ['-stream_loop', String(Math.max(0, Math.round((options.minutes * 60) / clipSeconds) - 1))];
	await ffmpeg(
		...picture,
		...sound,
		...noise,
		'-c:v',
		'libx264',
		'-preset',
		'ultrafast',
		'-bf',
		'2',
		...aac,
		at('clip.mkv'),
	);
	const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
	await ffmpeg('-i', at('clip.mkv'), '-g', '75', '-b:v', '4M', ...hevc, '-c:a', 'copy', at('clip-hevc.mkv'));
	await ffmpeg(...loops, '-i', at('clip.mkv'), '-c', 'copy', at('packaged.mkv'));
	await ffmpeg(...loops, '-i', at('clip-hevc.mkv'), '-c', 'copy', at('transcoded.mkv'));
	await ffmpeg('-i', at('packaged.mkv'), '-c', 'copy', '-movflags', '+faststart', at('direct.mp4'));
	for (const way of ways) {
		const extension = way === 'direct' ? 'mp4' : 'mkv';
		for (let round = 0; round < options.each; round += 1)
			linkSync(at(`${way}.${extension}`), join(films, `${titleOf(way, round)} (2001).${extension}`));
	}
	const large = join(films, `${largeTitle} (2001).mp4`);
	copyFileSync(at('direct.mp4'), large);
	padMp4(large, options.largeBytes);
	return { packaged: at('packaged.mkv'), transcoded: at('transcoded.mkv'), large };
};
