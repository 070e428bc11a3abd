/** What a browser says it decodes becomes the contract's list, and nothing else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioCodec, ClientCapabilities, VideoCodec } from '@holdfast/contract/playback';
import { Check } from 'typebox/value';
import { capabilitiesOf } from './capabilities.ts';

const literals = (union: { anyOf: readonly { const: string }[] }): string[] =>
	union.anyOf.map((member) => member.const);

test('a browser that plays everything claims every codec of the contract for plain files', () => {
	const all = capabilitiesOf({ canPlay: () => true, canAppend: () => true });
	assert.deepEqual([...all.videoCodecs].sort(), literals(VideoCodec).sort());
	assert.deepEqual([...all.audioCodecs].sort(), literals(AudioCodec).sort());
	assert.equal(Check(ClientCapabilities, all), true);
});

test('a browser that plays nothing claims nothing and is still a valid client', () => {
	const none = capabilitiesOf({ canPlay: () => false, canAppend: () => false });
	assert.deepEqual(none.directContainers, []);
	assert.deepEqual(none.segmentVideoCodecs, []);
	assert.equal(none.isTenBitH264Supported, false);
	assert.equal(Check(ClientCapabilities, none), true);
});

test('codecs that fragmented MP4 cannot carry are never claimed for segments', () => {
	const all = capabilitiesOf({ canPlay: () => true, canAppend: () => true });
	assert.ok(!all.segmentVideoCodecs.includes('vp8'));
	assert.ok(!all.segmentAudioCodecs.includes('vorbis'));
	assert.ok(!all.segmentAudioCodecs.includes('pcm'));
});

test('a Chromium without proprietary surround sound claims AAC and leaves AC-3 to the server', () => {
	const chromium = (type: string): boolean => !/ac-3|ec-3|alac|hvc1|avc1\.6E/.test(type);
	const found = capabilitiesOf({ canPlay: chromium, canAppend: chromium });
	assert.ok(found.audioCodecs.includes('aac'));
	assert.ok(!found.audioCodecs.includes('ac3'));
	assert.ok(!found.segmentAudioCodecs.includes('eac3'));
	assert.ok(!found.videoCodecs.includes('hevc'));
	assert.equal(found.isTenBitH264Supported, false);
});

test('plain files and segments are asked about apart', () => {
	const found = capabilitiesOf({ canPlay: () => true, canAppend: (type) => type.includes('avc1') });
	assert.deepEqual(found.segmentVideoCodecs, ['h264']);
	assert.deepEqual(found.segmentAudioCodecs, []);
	assert.ok(found.audioCodecs.includes('aac'));
});

test('without a chosen quality no bound is sent, so that nothing is made smaller for no reason', () => {
	const plain = capabilitiesOf({ canPlay: () => true, canAppend: () => true });
	assert.equal(plain.heightMaxPx, 0);
	assert.equal(plain.bitrateMaxBps, 0);
	const bound = capabilitiesOf(
		{ canPlay: () => true, canAppend: () => true },
		{ heightMaxPx: 720, bitrateMaxBps: 4_000_000 },
	);
	assert.equal(bound.heightMaxPx, 720);
	assert.equal(bound.bitrateMaxBps, 4_000_000);
});
