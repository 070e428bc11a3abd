/** Plans and the exact words that ffmpeg gets for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wordsOf } from '../../platform/process/arguments.ts';
import { argumentsOf, type AudioEncode, demuxerOf, type VideoEncode } from './encode-plan.ts';

const base = { realPath: '/media/-i a.mkv', demuxer: 'matroska', streamNumber: 0, originSeconds: 0 } as const;
const video: VideoEncode = {
	...base,
	kind: 'video',
	startSeconds: 0,
	boundarySeconds: [0, 1, 2, 4],
	heightMaxPx: 720,
	bitrateMaxBps: 0,
	isHighDynamicRange: false,
	isMaybeInterlaced: false,
};
const audio: AudioEncode = { ...base, kind: 'audio', streamNumber: 1, startSeconds: 0, bitrateBps: 192_000 };
const line = (plan: VideoEncode | AudioEncode): string => wordsOf(argumentsOf(plan)).join(' ');

const head =
	'-copyts -fflags +genpts+discardcorrupt -protocol_whitelist file,pipe -f matroska -i file:/media/-i a.mkv';
const mapped = '-sn -dn -map_metadata -1 -map_chapters -1';
const coder = '-c:v libx264 -preset veryfast -crf 21';
const shape = '-bf 0 -g 1000 -sc_threshold 0 -profile:v high -level 4.2';
const fragments = '-f mp4 -movflags +frag_keyframe+empty_moov+default_base_moof+delay_moov+frag_discont';

describe('the words for ffmpeg', () => {
	it('of a picture from the start', () => {
		assert.equal(
			line(video),
			[
				`${head} -map 0:0 ${mapped}`,
				"-vf setsar=1,scale=w='min(iw,1280)':h='min(ih,720)':force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p",
				`${coder} -maxrate 5000000 -bufsize 10000000 ${shape}`,
				`-force_key_frames 0.000,1.000,2.000,4.000 ${fragments} -video_track_timescale 90000 -flush_packets 1 pipe:1`,
			].join(' '),
		);
	});

	it('of a picture from the middle count on the source own time, and read a little before', () => {
		const text = line({ ...video, originSeconds: 1.4, startSeconds: 600, boundarySeconds: [600, 602] });
		assert.match(text, /^-copyts -ss 599\.75 /);
		assert.match(text, /-force_key_frames 601\.400,603\.400 /);
	});

	it('of a picture within a bound of bits, in high range and maybe interlaced', () => {
		const text = line({
			...video,
			bitrateMaxBps: 1_500_000,
			isHighDynamicRange: true,
			isMaybeInterlaced: true,
		});
		assert.match(text, /-maxrate 1500000 -bufsize 3000000 /);
		assert.match(text, /setsar=1,yadif=deint=interlaced,scale=.*tonemap=tonemap=hable.*format=yuv420p /);
	});

	it('of a sound begin on a frame of one grid, wherever they begin', () => {
		assert.equal(
			line(audio),
			[
				`${head} -map 0:1 ${mapped}`,
				'-af aresample=48000,aresample=async=1:first_pts=0,aformat=channel_layouts=stereo -c:a aac -b:a 192000',
				'-f mp4 -movflags +empty_moov+default_base_moof+delay_moov+frag_discont -frag_duration 250000',
				'-flush_packets 1 pipe:1',
			].join(' '),
		);
		const first = /first_pts=(\d+)/.exec(line({ ...audio, originSeconds: 1.4, startSeconds: 600 }))?.[1];
		assert.equal(Number(first) % 1024, 0);
		assert.ok(Number(first) / 48_000 < 601.4 && Number(first) / 48_000 > 601.2);
	});
});

describe('the reader of a container', () => {
	it('comes from a closed list', () => {
		assert.deepEqual(['mp4', 'mov', 'webm', 'matroska', 'mpegts', 'avi', 'adts', 'aiff'].map(demuxerOf), [
			'mov',
			'mov',
			'matroska',
			'matroska',
			'mpegts',
			'avi',
			'aac',
			'aiff',
		]);
		for (const none of [
			'hls',
			'concat',
			'lavfi',
			'image2',
			'unknown',
			'',
			'../x',
			'-i',
			'constructor',
			'toString',
		]) {
			assert.equal(demuxerOf(none), null, none);
		}
	});
});
