/** Subtitles of every kind, kind and unkind, as WebVTT. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { describeFilm, makeFilm } from '../../../tests/support/films.ts';
import { browser, callerNamed, openRoom } from '../../../tests/support/playing.ts';
import { isFault } from '../../platform/fault.ts';
import { decodeText } from './charset.ts';
import { parseSubtitle, type SubtitleFormat } from './parse.ts';
import { writeWebVtt } from './webvtt.ts';

const convert = (text: string, format: SubtitleFormat): string => writeWebVtt(parseSubtitle(text, format));
const cue = (times: string, text: string): string => `WEBVTT\n\n${times}\n${text}\n`;

describe('a subtitle made to be slow', () => {
	const times = '00:00:01,000 --> 00:00:02,000';
	it('is read in one go: tags without an end, and formats of a hundred thousand columns', () => {
		// Each of these once took a quarter of a minute or more, in which nobody got an answer.
		const startedAtMs = performance.now();
		convert(`${times}\n<${'a'.repeat(3_990)}\n\n`.repeat(2_400), 'srt');
		const columns = 'a,'.repeat(100_000);
		convert(`Format: ${columns}start,end,text\n${'Dialogue: 1\n'.repeat(100_000)}`, 'ass');
		assert.ok(performance.now() - startedAtMs < 5_000);
	});
});

describe('SubRip', () => {
	it('becomes WebVTT, whatever its line ends and numbers', () => {
		const source =
			'1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>One</i>\r\ntwo\r\n\r\n2\r\n0:00:03.5 --> 0:00:04,25\r\nThree\r\n';
		assert.equal(
			convert(source, 'srt'),
			'WEBVTT\n\n00:00:01.500 --> 00:00:02.000\n<i>One</i>\ntwo\n\n00:00:03.500 --> 00:00:04.250\nThree\n',
		);
	});

	it('may forget the empty line before a number, and may be out of order', () => {
		const source = '2\n00:00:05,000 --> 00:00:06,000\nlater\n1\n00:00:01,000 --> 00:00:02,000\nsooner\n';
		assert.equal(
			convert(source, 'srt'),
			'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nsooner\n\n00:00:05.000 --> 00:00:06.000\nlater\n',
		);
	});

	it('keeps bold, italic and underlined, and nothing else that looks like a mark', () => {
		const evil =
			'<b>bold</b> <font color="red" onclick="x()">red</font> <script>alert(1)</script> <img src=x onerror=y> {\\an8}up';
		assert.equal(
			convert(`1\n00:00:01,000 --> 00:00:02,000\n${evil}\n`, 'srt'),
			cue('00:00:01.000 --> 00:00:02.000', '<b>bold</b> red alert(1)  up'),
		);
	});

	it('shows angle brackets that are no tag as text, and closes what was left open', () => {
		assert.equal(
			convert('1\n00:00:01,000 --> 00:00:02,000\n<i>5 < 6 && x --> y\n', 'srt'),
			cue('00:00:01.000 --> 00:00:02.000', '<i>5 &lt; 6 &amp;&amp; x --&gt; y</i>'),
		);
		assert.equal(
			convert('1\n00:00:01,000 --> 00:00:02,000\n<b><i>x</b></i>\n', 'srt'),
			cue('00:00:01.000 --> 00:00:02.000', '<b><i>x</i></b>'),
		);
	});

	it('that is none gives nothing, quickly', () => {
		for (const text of ['', '\0\0\0', '<'.repeat(200_000), '{\\'.repeat(100_000), '-->\n'.repeat(50_000)]) {
			assert.equal(convert(text, 'srt'), 'WEBVTT\n');
		}
		const long = `1\n00:00:01,000 --> 00:00:02,000\n${'<i'.repeat(500_000)}\n`;
		assert.ok(convert(long, 'srt').length < 20_000);
	});
});

describe('WebVTT', () => {
	it('loses its styles, notes and settings', () => {
		const source =
			'WEBVTT\n\nSTYLE\n::cue { background: url(http://x) }\n\nNOTE --- hi\n\nid\n00:01.000 --> 00:02.000 line:0 align:start\n<c.yellow>Hello</c> <v Bob>there &amp; here\n';
		assert.equal(convert(source, 'vtt'), cue('00:00:01.000 --> 00:00:02.000', 'Hello there &amp; here'));
	});
});

describe('Alpha subtitles', () => {
	const head = '[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n';
	const line = (text: string): string => `${head}Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,${text}\n`;

	it('keep their commas, line breaks and three styles', () => {
		assert.equal(
			convert(line('{\\i1}One, two{\\i0}\\N{\\pos(1,2)\\b1}three'), 'ass'),
			cue('00:00:01.000 --> 00:00:02.500', '<i>One, two</i>\n<b>three</b>'),
		);
	});

	it('lose their drawings', () => {
		assert.equal(convert(line('{\\p1}m 0 0 l 100 0 100 100{\\p0}'), 'ass'), 'WEBVTT\n');
	});
});

describe('the letters of a subtitle', () => {
	it('are found by mark, by form, or taken for Windows', () => {
		assert.equal(decodeText(Buffer.from('\ufeffé', 'utf8')), 'é');
		assert.equal(decodeText(Buffer.from('\ufeffé', 'utf16le')), 'é');
		assert.equal(decodeText(Buffer.from([0xfe, 0xff, 0x00, 0xe9])), 'é');
		assert.equal(decodeText(Buffer.from([0xe9, 0x80])), 'é€');
	});
});

describe('a film with subtitles', () => {
	const anna = callerNamed('anna');
	const never = new AbortController().signal;

	it('gives those beside it and those inside it, and no other', async () => {
		await using room = await openRoom();
		const srt = join(room.folder, 'inside.srt');
		writeFileSync(srt, '1\n00:00:01,000 --> 00:00:02,000\n<i>inside</i>\n');
		const plain = makeFilm(room.folder, 'h264-aac.mkv', 'plain.mkv');
		const path = join(room.folder, 'film.mkv');
		execFileSync('ffmpeg', [
			'-v',
			'error',
			'-i',
			plain,
			'-i',
			srt,
			'-map',
			'0',
			'-map',
			'1',
			'-c',
			'copy',
			'-c:s',
			'srt',
			path,
		]);
		writeFileSync(join(room.folder, 'film.de.srt'), '1\n00:00:01,000 --> 00:00:02,000\nbeside\n');
		const beside = {
			subtitleId: 'subtitle-1',
			relativePath: 'film.de.srt',
			format: 'srt',
			language: 'de',
			title: null,
			isForced: false,
			isDefault: false,
		} as const;
		const itemId = room.add({ ...describeFilm(path), sidecarSubtitles: [beside] });
		const started = await room.playback.start(anna, itemId, {
			capabilities: browser,
			fileId: null,
			audioIndex: null,
		});
		assert.deepEqual(
			started.subtitles.map(({ subtitleId, label }) => [subtitleId, label]),
			[
				['subtitle-1', 'de'],
				['embedded-2', 'Subtitles'],
			],
		);
		const read = async (subtitleId: string): Promise<string> =>
			String((await room.playback.subtitle(anna, started.playbackId, subtitleId, never)).body);
		assert.equal(await read('subtitle-1'), cue('00:00:01.000 --> 00:00:02.000', 'beside'));
		assert.equal(await read('embedded-2'), cue('00:00:01.000 --> 00:00:02.000', '<i>inside</i>'));
		for (const absent of ['embedded-0', 'embedded-99', 'subtitle-2', '..%2Ffilm']) {
			await assert.rejects(read(absent), (error) => isFault(error, 'playback.subtitle.absent'));
		}
	});

	it('gives none that is larger than any subtitle', async () => {
		await using room = await openRoom();
		const path = makeFilm(room.folder, 'song.mp3', 'film.mp3');
		writeFileSync(join(room.folder, 'huge.srt'), Buffer.alloc(11 * 1024 * 1024, 0x61));
		const huge = {
			subtitleId: 'subtitle-1',
			relativePath: 'huge.srt',
			format: 'srt',
			language: null,
			title: null,
			isForced: false,
			isDefault: false,
		} as const;
		const itemId = room.add({ ...describeFilm(path), sidecarSubtitles: [huge] });
		const { playbackId } = await room.playback.start(anna, itemId, {
			capabilities: browser,
			fileId: null,
			audioIndex: null,
		});
		await assert.rejects(room.playback.subtitle(anna, playbackId, 'subtitle-1', never), (error) =>
			isFault(error, 'playback.subtitle.absent'),
		);
	});
});
