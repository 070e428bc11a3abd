/** The decision as a table: what goes in, which way comes out, and why. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientCapabilities } from '@holdfast/contract/playback';
import type { MediaStream } from '../catalogue/index.ts';
import { type DecisionSource, decide, type PackagingFacts } from './decide.ts';

const client: ClientCapabilities = {
	directContainers: ['mp4', 'webm', 'mp3', 'flac', 'ogg', 'wav', 'adts'],
	videoCodecs: ['h264', 'vp8', 'vp9', 'av1'],
	audioCodecs: ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm'],
	segmentVideoCodecs: ['h264', 'vp9', 'av1'],
	segmentAudioCodecs: ['aac', 'mp3', 'opus', 'flac'],
	isTenBitH264Supported: false,
	heightMaxPx: 0,
	bitrateMaxBps: 0,
};
const stream = (kind: 'video' | 'audio', codec: string, more: Partial<MediaStream> = {}): MediaStream => ({
	...{ index: 0, kind, codec, codecString: null, profile: null, level: null, bitDepth: 8 },
	...{ widthPx: kind === 'video' ? 1920 : null, heightPx: kind === 'video' ? 1080 : null, frameRate: null },
	...{ channels: null, sampleRateHz: null, bitrateBps: null, language: null, title: null },
	...{ isDefault: true, isForced: false, transfer: null },
	...more,
});
const ready: PackagingFacts = { video: 'ready', audio: 'ready' };
const source = (
	container: string,
	video: string | MediaStream | null,
	audio: string | null,
	more: Partial<DecisionSource> = {},
): DecisionSource => ({
	container,
	bitrateBps: 5_000_000,
	video: typeof video === 'string' ? stream('video', video) : video,
	audio: audio === null ? null : stream('audio', audio),
	isOtherAudioChosen: false,
	packaging: ready,
	...more,
});

type Row = readonly [
	name: string,
	source: DecisionSource,
	client: Partial<ClientCapabilities>,
	expected: string,
	reasons: readonly string[],
];
const rows: readonly Row[] = [
	['H.264 and AAC in MP4', source('mp4', 'h264', 'aac'), {}, 'direct copy copy', []],
	['VP9 and Opus in WebM', source('webm', 'vp9', 'opus'), {}, 'direct copy copy', []],
	['no sound at all', source('mp4', 'h264', null), {}, 'direct copy none', []],
	['FLAC', source('flac', null, 'flac'), {}, 'direct none copy', []],
	['PCM in WAV, by its long name', source('wav', null, 'pcm_s16le'), {}, 'direct none copy', []],
	['Matroska', source('matroska', 'h264', 'aac'), {}, 'packaged copy copy', ['container-not-supported']],
	['MOV', source('mov', 'h264', 'aac'), {}, 'packaged copy copy', ['container-not-supported']],
	[
		'another sound chosen',
		source('mp4', 'h264', 'aac', { isOtherAudioChosen: true }),
		{},
		'packaged copy copy',
		['audio-track-chosen'],
	],
	[
		'AC-3 leaves the picture untouched',
		source('matroska', 'h264', 'ac3'),
		{},
		'transcoded copy encode',
		['container-not-supported', 'audio-codec-not-supported'],
	],
	[
		'AC-3 for a client that has it',
		source('matroska', 'h264', 'ac3'),
		{ audioCodecs: ['ac3'], segmentAudioCodecs: ['ac3'] },
		'packaged copy copy',
		['container-not-supported'],
	],
	[
		'HEVC leaves the sound untouched',
		source('matroska', 'hevc', 'aac'),
		{},
		'transcoded encode copy',
		['container-not-supported', 'video-codec-not-supported'],
	],
	[
		'HEVC in MP4 for a client that has it in segments only',
		source('mp4', 'hevc', 'aac'),
		{ segmentVideoCodecs: ['h264', 'hevc'] },
		'packaged copy copy',
		['video-codec-not-supported'],
	],
	[
		'MPEG-2 with AC-3',
		source('mpegts', 'mpeg2video', 'ac3'),
		{},
		'transcoded encode encode',
		['container-not-supported', 'video-codec-not-supported', 'audio-codec-not-supported'],
	],
	[
		'ten bits of H.264',
		source('mp4', stream('video', 'h264', { bitDepth: 10, profile: 'High 10' }), 'aac'),
		{},
		'transcoded encode copy',
		['video-profile-not-supported'],
	],
	[
		'ten bits of H.264 for a client that has them',
		source('mp4', stream('video', 'h264', { bitDepth: 10, profile: 'High 10' }), 'aac'),
		{ isTenBitH264Supported: true },
		'direct copy copy',
		[],
	],
	[
		'4:4:4, told by the codec string alone',
		source('mp4', stream('video', 'h264', { codecString: 'avc1.f4000d' }), 'aac'),
		{ isTenBitH264Supported: true },
		'transcoded encode copy',
		['video-profile-not-supported'],
	],
	[
		'a bound of height',
		source('mp4', 'h264', 'aac'),
		{ heightMaxPx: 720 },
		'transcoded encode copy',
		['video-height-above-limit'],
	],
	[
		'a portrait film within the bound',
		source('mp4', stream('video', 'h264', { widthPx: 1080, heightPx: 1920 }), 'aac'),
		{ heightMaxPx: 1080 },
		'direct copy copy',
		[],
	],
	[
		'a bound of bits',
		source('mp4', 'h264', 'aac'),
		{ bitrateMaxBps: 2_000_000 },
		'transcoded encode copy',
		['video-bitrate-above-limit'],
	],
	[
		'no key-frame index',
		source('matroska', 'h264', 'aac', { packaging: { video: 'no-index', audio: 'ready' } }),
		{},
		'transcoded encode copy',
		['container-not-supported', 'video-without-keyframe-index'],
	],
	[
		'a container that cannot be cut',
		source('avi', 'h264', 'mp3', { packaging: { video: 'unreadable', audio: 'unreadable' } }),
		{},
		'transcoded encode encode',
		['container-not-supported', 'video-without-keyframe-index', 'audio-codec-not-supported'],
	],
	[
		'VP8, which MP4 does not carry',
		source('matroska', 'vp8', 'vorbis'),
		{ segmentVideoCodecs: ['h264', 'vp8'] },
		'transcoded encode encode',
		['container-not-supported', 'video-codec-not-supported', 'audio-codec-not-supported'],
	],
	[
		'exotic music',
		source('aiff', null, 'pcm_s16be'),
		{},
		'transcoded none encode',
		['container-not-supported', 'audio-codec-not-supported'],
	],
];

describe('the decision', () => {
	for (const [name, from, more, expected, reasons] of rows) {
		it(`${name}: ${expected}`, () => {
			const decision = decide(from, { ...client, ...more }, { canEncode: true });
			assert.ok(decision.outcome === 'plan');
			const { method, video, audio } = decision.plan;
			assert.equal(`${method} ${video} ${audio}`, expected);
			assert.deepEqual(
				decision.plan.reasons.map(({ reason }) => reason),
				reasons,
			);
		});
	}

	it('asks for the file to be opened before it promises to cut it', () => {
		const decision = decide(source('matroska', 'h264', 'aac', { packaging: null }), client, {
			canEncode: true,
		});
		assert.equal(decision.outcome, 'open-first');
	});

	it('needs an encoder only where something must be encoded', () => {
		const limits = { canEncode: false };
		assert.equal(decide(source('matroska', 'hevc', 'aac'), client, limits).outcome, 'needs-encoder');
		assert.equal(decide(source('matroska', 'h264', 'aac'), client, limits).outcome, 'plan');
	});

	it('finds nothing to play in a file without tracks', () => {
		assert.equal(decide(source('mp4', null, null), client, { canEncode: true }).outcome, 'nothing-to-play');
	});
});
