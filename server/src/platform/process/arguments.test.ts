/** The builders take their closed lists and bounds, and nothing else whatever it looks like. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
	bitrate,
	flag,
	input,
	isMadeHere,
	mapStream,
	mapStreamNumber,
	number,
	seconds,
	streamSpecifier,
	toStdout,
	type ToolArgument,
	word,
	wordsOf,
} from './arguments.ts';
import {
	deinterlace,
	filters,
	keyFrameEvery,
	keyFramesAt,
	readInterval,
	scaleTo,
	scaleWithin,
	toneMap,
} from './filters.ts';
import { parseVersion } from './find.ts';
import { type Demuxer, demuxers, type Flag, flags, type Word, words } from './vocabulary.ts';

const listed = new Set<string>([...flags, ...words, ...demuxers]);
const hostile = fc
	.oneof(
		fc.string(),
		fc.constantFrom(
			'-i',
			'-f lavfi',
			'file:/etc/passwd',
			'http://x/',
			'concat:a|b',
			'-y',
			'subtitles=/etc/passwd',
			'',
			'-filter_script',
			'-attach',
			'-dump_attachment:t',
		),
		fc.constantFrom(...flags).map((each) => `${each} `),
		fc.constantFrom(...words).map((each) => `${each}:x`),
	)
	.filter((text) => !listed.has(text));

describe('arguments of tools', () => {
	it('refuse every text that is not in the closed list', () => {
		fc.assert(
			fc.property(hostile, (text) => {
				assert.throws(() => flag(text as Flag), TypeError);
				assert.throws(() => word(text as Word), TypeError);
				assert.throws(() => input('/a', { demuxer: text as Demuxer }), TypeError);
			}),
			{ numRuns: 1_000 },
		);
	});

	it('never let a path stand alone, begin with a dash or name a protocol', () => {
		fc.assert(
			fc.property(fc.string(), (name) => {
				const path = `/${name}`;
				if (name.includes('\0')) return assert.throws(() => input(path, { demuxer: 'mov' }), TypeError);
				const argument = wordsOf([input(path, { demuxer: 'mov' })]);
				assert.deepEqual(argument, ['-protocol_whitelist', 'file,pipe', '-f', 'mov', '-i', `file:${path}`]);
			}),
		);
		for (const path of ['a.mp4', '-i', 'http://x/a.mp4', '../a', '']) {
			assert.throws(() => input(path, { demuxer: 'mov' }), TypeError);
		}
	});

	it('write numbers plainly and only within their bounds', () => {
		fc.assert(
			fc.property(fc.double(), fc.integer(), (value, whole) => {
				for (const make of [
					() => number(value, { min: -1e9, max: 1e9 }),
					() => seconds(value),
					() => bitrate(value),
				]) {
					let made: ToolArgument;
					try {
						made = make();
					} catch (error) {
						assert.ok(error instanceof RangeError);
						continue;
					}
					assert.match(made.words.join(' '), /^-?\d+(\.\d{1,6})?$/);
				}
				for (const make of [
					() => streamSpecifier('audio', whole),
					() => mapStream('video', value),
					() => mapStreamNumber(whole),
					() => filters(scaleTo(whole, 2)),
					() => keyFrameEvery(value),
				]) {
					try {
						make();
					} catch (error) {
						assert.ok(error instanceof RangeError);
					}
				}
			}),
		);
		assert.deepEqual(seconds(-1_234).words, ['-1.234']);
		assert.deepEqual(seconds(0.1).words, ['0.0001']);
	});

	it('name streams and filters in the words of ffmpeg', () => {
		assert.deepEqual(
			wordsOf([flag('-map'), mapStream('audio', 2), mapStreamNumber(5, { input: 1 }), toStdout()]),
			['-map', '0:a:2', '1:5', 'pipe:1'],
		);
		assert.deepEqual(filters(deinterlace(), scaleTo(1281, 720)).words, [
			'yadif=deint=interlaced,scale=1282:720',
		]);
		assert.deepEqual(keyFrameEvery(2_000).words, ['expr:gte(t,n_forced*2)']);
		assert.deepEqual(keyFramesAt([0, 1_500]).words, ['0.000,1.500']);
		assert.deepEqual(readInterval(1_500, 2_000).words, ['1.5%+2']);
		assert.ok(toneMap().includes('tonemap'));
		assert.ok(scaleWithin(1280, 720).includes('decrease'));
	});

	it('are known from forged ones', () => {
		assert.equal(isMadeHere(flag('-map')), true);
		assert.equal(isMadeHere({ ...flag('-map') }), false);
		assert.throws(() => (flag('-map').words as string[]).push('x'), TypeError);
	});

	it('hold no option that names a file, and no reader that opens another file', () => {
		for (const name of [
			'-i',
			'-y',
			'-attach',
			'-dump_attachment',
			'-filter_script',
			'-filter_complex_script',
			'-progress',
			'-report',
			'-vstats_file',
			'-passlogfile',
			'-protocol_whitelist',
			'-fpre',
			'-sdp_file',
			'-hls_segment_filename',
		]) {
			assert.ok(!(flags as readonly string[]).includes(name), name);
		}
		for (const name of [
			'concat',
			'hls',
			'dash',
			'image2',
			'image2pipe',
			'lavfi',
			'sdp',
			'rtsp',
			'rtp',
			'imf',
			'vobsub',
			'tedcaptions',
			'fbdev',
			'x11grab',
			'alsa',
			'data',
			'ffmetadata',
			'avs',
			'webm_dash_manifest',
		]) {
			assert.ok(!(demuxers as readonly string[]).includes(name), name);
		}
	});

	it('name readers that the installed ffmpeg has', (context) => {
		const output = execFileSync('ffmpeg', ['-hide_banner', '-demuxers'], {
			stdio: ['ignore', 'pipe', 'ignore'],
		}).toString();
		const known = new Set(
			output.split('\n').flatMap((line) => /^ D\S*\s+(\S+)/.exec(line)?.[1]?.split(',') ?? []),
		);
		const missing = demuxers.filter((name) => !known.has(name));
		context.diagnostic(`not in this ffmpeg: ${missing.join(', ') || 'none'}`);
		assert.ok(missing.length < 5);
	});
});

describe('the version of ffmpeg', () => {
	it('is read from releases, packages and builds of the source tree', () => {
		assert.deepEqual(parseVersion('ffmpeg version 5.1.9-0+deb12u1 Copyright'), {
			text: '5.1.9-0+deb12u1',
			major: 5,
		});
		assert.equal(parseVersion('ffmpeg version n7.0.2 Copyright')?.major, 7);
		assert.equal(parseVersion('ffprobe version 4.4.2-0ubuntu0 Copyright')?.major, 4);
		assert.equal(parseVersion('ffmpeg version N-112233-gabcdef Copyright')?.major, Number.POSITIVE_INFINITY);
		assert.equal(parseVersion('something else'), null);
	});
});
