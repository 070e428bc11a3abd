/** The pure parts of packaging: the grid, boxes, framing and playlists. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { boxesIn, findBox, readFragment, type Sample, writeFragment } from './boxes.ts';
import { readCues } from './cues.ts';
import { lengthPrefixed, withoutAdtsHeader } from './framing.ts';
import { gridOfKeys, gridOfTime, longestGroupSeconds, segmentAt, spanOf } from './grid.ts';
import { writeMediaPlaylist, writeMultivariant } from './playlists.ts';

const even = (count: number, step: number): number[] =>
	Array.from({ length: count }, (_, index) => index * step);

describe('the grid', () => {
	it('begins with short segments and goes on with longer ones, always at key frames', () => {
		assert.deepEqual(gridOfKeys(even(20, 1), 20).starts, [0, 1, 3, 6, 10, 14, 18]);
		assert.deepEqual(gridOfKeys([0, 9.5, 11, 30], 40).starts, [0, 9.5, 30]);
	});

	it('makes no last segment of almost nothing', () => {
		assert.deepEqual(gridOfKeys([0, 4, 8], 8.1).starts, [0, 4]);
		assert.deepEqual(gridOfTime(6.1, 2).starts, [0, 1, 2, 4]);
	});

	it('covers all of a title once, and finds the segment of any time', () => {
		const seconds = fc.double({ min: 0.5, max: 20_000, noNaN: true });
		fc.assert(
			fc.property(
				seconds,
				fc.constantFrom(2, 4),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(end, length, share) => {
					const grid = gridOfTime(end, length);
					const at = end * share;
					const span = spanOf(grid, segmentAt(grid, at));
					assert.ok(span && span.startSeconds <= at && at < span.endSeconds);
					assert.ok(
						grid.starts.every((start, index) => index === 0 || start > (grid.starts[index - 1] ?? 0)),
					);
				},
			),
		);
	});

	it('has nothing past its end', () => {
		assert.equal(spanOf(gridOfTime(10, 2), 99), null);
		assert.equal(longestGroupSeconds([0, 5, 6], 40), 34);
	});
});

describe('a fragment', () => {
	const sample = fc.record(
		{
			data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
			durationUnits: fc.integer({ min: 1, max: 100_000 }),
			compositionUnits: fc.integer({ min: -100_000, max: 100_000 }),
			isKey: fc.boolean(),
		},
		{ noNullPrototype: true },
	);

	it('reads back as it was written, negative offsets and times past 32 bits too', () => {
		fc.assert(
			fc.property(
				fc.array(sample, { minLength: 1, maxLength: 30 }),
				fc.nat({ max: 2 ** 40 }),
				(samples, time) => {
					const bytes = Buffer.from(writeFragment({ sequenceNumber: 7, decodeTimeUnits: time, samples }));
					const read = readFragment(bytes);
					assert.equal(read[0]?.decodeTimeUnits, time);
					const plain = read.map(
						({ decodeTimeUnits: _, data, ...rest }): Sample => ({ ...rest, data: new Uint8Array(data) }),
					);
					assert.deepEqual(plain, samples);
				},
			),
		);
	});

	it('is these boxes in this order', () => {
		const data = new Uint8Array([1, 2, 3]);
		const samples = [{ data, durationUnits: 5, compositionUnits: -1, isKey: true }];
		const bytes = Buffer.from(writeFragment({ sequenceNumber: 1, decodeTimeUnits: 9, samples }));
		assert.deepEqual(
			boxesIn(bytes).map(({ type }) => type),
			['styp', 'moof', 'mdat'],
		);
		assert.equal(
			bytes.toString('hex'),
			[
				'00000018' + '73747970' + '6d736468' + '00000000' + '6d736468' + '6d736978',
				'00000068' + '6d6f6f66' + '00000010' + '6d666864' + '00000000' + '00000001',
				'00000050' + '74726166' + '00000010' + '74666864' + '00020000' + '00000001',
				'00000014' + '74666474' + '01000000' + '0000000000000009',
				'00000024' + '7472756e' + '01000f01' + '00000001' + '00000070',
				'00000005' + '00000003' + '02000000' + 'ffffffff',
				'0000000b' + '6d646174' + '010203',
			].join(''),
		);
	});

	it('that is damaged is read without a crash or not at all', () => {
		const data = new Uint8Array(50);
		const samples = [{ data, durationUnits: 5, compositionUnits: 0, isKey: true }];
		const good = Buffer.from(writeFragment({ sequenceNumber: 1, decodeTimeUnits: 0, samples }));
		fc.assert(
			fc.property(fc.nat({ max: good.length - 1 }), (length) => {
				assert.equal(findBox(good.subarray(0, length), 'moof/traf/mdia'), null);
			}),
		);
	});
});

describe('framing', () => {
	it('turns start codes of both lengths into lengths', () => {
		const packet = Buffer.from(
			'00000001' + '6701' + '000001' + '6802' + '00000001' + '650304' + '0000',
			'hex',
		);
		assert.equal(
			Buffer.from(lengthPrefixed(packet)).toString('hex'),
			'00000002' + '6701' + '00000002' + '6802' + '00000003' + '650304',
		);
	});

	it('takes ADTS headers off, with and without a checksum, and nothing else', () => {
		assert.deepEqual([...withoutAdtsHeader(Buffer.from('fff15080000000aabb', 'hex'))], [0xaa, 0xbb]);
		assert.deepEqual([...withoutAdtsHeader(Buffer.from('fff050800000001122aabb', 'hex'))], [0xaa, 0xbb]);
		assert.deepEqual([...withoutAdtsHeader(Buffer.from('2110aabb', 'hex'))], [0x21, 0x10, 0xaa, 0xbb]);
	});
});

describe('Cues', () => {
	it('of anything at all are read without a crash and without reading past the file', async () => {
		const start = Buffer.from('1a45dfa380' + '18538067' + '01ffffffffffffff', 'hex');
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
				const bytes = Buffer.concat([start, noise]);
				const file = {
					sizeBytes: bytes.length,
					readAt: async (offset: number, length: number) => {
						assert.ok(offset >= 0 && length >= 0 && offset + length <= bytes.length);
						return bytes.subarray(offset, offset + length);
					},
					[Symbol.asyncDispose]: async () => {},
				};
				const cues = await readCues(file, 1);
				assert.ok(cues === null || cues.length > 0);
			}),
		);
	});
});

describe('playlists', () => {
	it('name segments with their exact lengths, and gaps where a track has nothing', () => {
		const grid = gridOfKeys([0, 1.001, 3.003], 5.5);
		assert.equal(
			writeMediaPlaylist({ grid, segmentCount: 3, isGap: (segment) => segment === 0 }),
			[
				...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-MEDIA-SEQUENCE:0'],
				...['#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-MAP:URI="init.mp4"'],
				...['#EXT-X-GAP', '#EXTINF:1.001000,', '0.m4s', '#EXTINF:2.002000,', '1.m4s'],
				...['#EXTINF:2.497000,', '2.m4s', '#EXT-X-ENDLIST', ''],
			].join('\n'),
		);
	});

	it('offer sound in a group of its own, or alone', () => {
		const both = writeMultivariant({
			bandwidthBps: 5_000_000,
			videoCodec: 'avc1.640028',
			audioCodec: 'mp4a.40.2',
		});
		assert.match(both, /#EXT-X-MEDIA:TYPE=AUDIO,.*URI="audio\/list\.m3u8"\n/);
		assert.match(
			both,
			/BANDWIDTH=5000000,CODECS="avc1\.640028,mp4a\.40\.2",AUDIO="audio"\nvideo\/list\.m3u8\n$/,
		);
		const sound = writeMultivariant({ bandwidthBps: 0, videoCodec: null, audioCodec: 'mp4a.40.2' });
		assert.match(sound, /BANDWIDTH=1,CODECS="mp4a\.40\.2"\naudio\/list\.m3u8\n$/);
	});
});
