/** Streams read like the words on a box. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelWord, codecName, fileWords, resolutionName, sizeParts } from './stream-words.ts';

const stream = (kind: 'video' | 'audio', codec: string, detail: string | null, isDefault = false) => ({
	kind,
	codec,
	language: null,
	title: null,
	detail,
	isDefault,
});

test('resolutions are named as people name them, cinema frames by their width', () => {
	assert.equal(resolutionName('1920x1080'), '1080p');
	assert.equal(resolutionName('1920x800'), '1080p');
	assert.equal(resolutionName('3840x1600'), '4K');
	assert.equal(resolutionName('1280x720'), '720p');
	assert.equal(resolutionName('720x576'), '576p');
	assert.equal(resolutionName('1080x1920'), '1080p');
	assert.equal(resolutionName('160x120'), '120p');
	assert.equal(resolutionName(null), null);
	assert.equal(resolutionName('5.1'), null);
});

test('a codec nobody listed is shown, not hidden', () => {
	assert.equal(codecName('h264'), 'H.264');
	assert.equal(codecName('pcm_s16le'), 'PCM');
	assert.equal(codecName('cook'), 'COOK');
});

test('two channels are stereo however they are written', () => {
	assert.equal(channelWord('2'), 'stereo');
	assert.equal(channelWord('2.0'), 'stereo');
	assert.equal(channelWord('5.1'), '5.1');
	assert.equal(channelWord(null), null);
});

test('a file is its first picture and its default sound', () => {
	const file = {
		container: 'matroska',
		streams: [
			stream('video', 'hevc', '3840x2160'),
			stream('audio', 'ac3', '5.1'),
			stream('audio', 'aac', '2', true),
		],
	};
	assert.deepEqual(fileWords(file), ['4K HEVC', 'AAC stereo']);
	assert.deepEqual(fileWords({ container: 'mp3', streams: [stream('audio', 'mp3', '2')] }), ['MP3 stereo']);
	assert.deepEqual(fileWords({ container: 'x', streams: [] }), []);
});

test('sizes keep one decimal while they are small', () => {
	assert.deepEqual(sizeParts(0), { value: 0, unit: 'B' });
	assert.deepEqual(sizeParts(4_234_000_000), { value: 4.2, unit: 'GB' });
	assert.deepEqual(sizeParts(734_003_200), { value: 734, unit: 'MB' });
});
