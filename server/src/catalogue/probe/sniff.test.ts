/** What a file is, by its first bytes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { traitsOf } from './codec-strings.ts';
import { matroskaTracks } from './matroska-tracks.ts';
import { sniff } from './sniff.ts';

const kindOf = (text: string): string => sniff(Buffer.from(text, 'latin1')).kind;

describe('the first bytes of a file', () => {
	it('give away playlists and documents in whatever clothes', () => {
		for (const text of [
			'#EXTM3U\nhttp://example.org/a.ts',
			'\xef\xbb\xbf#EXTM3U\n/etc/passwd',
			'\n\n  #EXTM3U',
			'ffconcat version 1.0\nfile /etc/passwd',
			"file '/etc/passwd'\n",
			'<?xml version="1.0"?><MPD/>',
			'<ASX version="3.0">',
			'[playlist]\nFile1=/etc/passwd',
			'http://169.254.169.254/latest',
			'concat:/etc/passwd|/etc/shadow',
			'<svg xmlns="http://www.w3.org/2000/svg">',
			'#\x00E\x00X\x00T\x00M\x003\x00U\x00',
		]) {
			assert.equal(kindOf(text), 'refers-elsewhere', text);
		}
	});

	it('name real containers', () => {
		assert.deepEqual(sniff(Buffer.from('\x1aE\xdf\xa3', 'latin1')), {
			kind: 'media',
			container: 'matroska',
			demuxer: 'matroska',
		});
		assert.equal(kindOf('\x00\x00\x00\x18ftypisom'), 'media');
		assert.equal(kindOf('\x00\x00\x00\x18ftypheic'), 'picture');
		assert.equal(kindOf('RIFF\x00\x00\x00\x00AVI '), 'media');
		assert.equal(kindOf('RIFF\x00\x00\x00\x00WEBP'), 'picture');
		assert.equal(kindOf('plain text'), 'unknown');
	});

	it('never make the reader throw', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 2048 }), (bytes) => void sniff(bytes)));
	});
});

describe('the track list of Matroska', () => {
	it('never throws and never runs away on broken bytes', () => {
		const header = [0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff, 0x16, 0x54, 0xae, 0x6b];
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
				const bytes = Uint8Array.from([...header, ...tail]);
				const read = (start: number, end: number) => bytes.slice(start, end);
				assert.ok(
					matroskaTracks({ sizeBytes: bytes.length, read, readBytes: () => 0, [Symbol.dispose]: () => {} })
						.length <= 2_000,
				);
			}),
		);
	});
});

describe('codec strings', () => {
	const table: readonly (readonly [string, ReturnType<typeof traitsOf>])[] = [
		['avc1.640028', { profile: 'high', level: '4.0', bitDepth: 8 }],
		['avc1.6e0033', { profile: 'high10', level: '5.1', bitDepth: 10 }],
		['avc1.42e01e', { profile: 'constrained-baseline', level: '3.0', bitDepth: 8 }],
		['hvc1.2.4.L150.B0', { profile: 'main10', level: '5.0', bitDepth: 10 }],
		['hev1.1.6.L93.90', { profile: 'main', level: '3.1', bitDepth: 8 }],
		['av01.0.05M.10', { profile: 'main', level: '3.1', bitDepth: 10 }],
		['vp09.02.41.10', { profile: '2', level: '4.1', bitDepth: 10 }],
		['mp4a.40.2', { profile: 'lc', level: null, bitDepth: null }],
	];
	for (const [text, wanted] of table) it(`read ${text}`, () => assert.deepEqual(traitsOf(text), wanted));
});
