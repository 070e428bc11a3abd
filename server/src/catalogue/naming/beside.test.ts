/** Subtitles, pictures and what is passed over. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isExtra, isIgnoredFile, isIgnoredFolder, parseArtwork, parseSubtitle } from './beside.ts';
import { foldText, sortKeyOf } from './fold.ts';

describe('a subtitle beside a video', () => {
	const video = 'Film (2009)/Film (2009).mkv';
	const table: readonly (readonly [string, ReturnType<typeof parseSubtitle>])[] = [
		[
			'Film (2009)/Film (2009).srt',
			{ format: 'srt', language: null, title: null, isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Film (2009).en.srt',
			{ format: 'srt', language: 'en', title: null, isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Film (2009).pt-BR.forced.ass',
			{ format: 'ass', language: 'pt-br', title: null, isForced: true, isDefault: false },
		],
		[
			'Film (2009)/Film (2009).default.eng.vtt',
			{ format: 'vtt', language: 'eng', title: null, isForced: false, isDefault: true },
		],
		[
			'Film (2009)/Film (2009).hi.srt',
			{ format: 'srt', language: 'hi', title: null, isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Film (2009).en.hi.srt',
			{ format: 'srt', language: 'en', title: 'SDH', isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Film (2009).Commentary.de.ssa',
			{ format: 'ssa', language: 'de', title: 'Commentary', isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Subs/2_English.srt',
			{ format: 'srt', language: 'en', title: null, isForced: false, isDefault: false },
		],
		[
			'Film (2009)/Subs/Film (2009).fr.srt',
			{ format: 'srt', language: 'fr', title: null, isForced: false, isDefault: false },
		],
		['Film (2009)/Other.srt', null],
		['Film (2009)/Film (2009).txt', null],
		['Elsewhere/Film (2009).srt', null],
	];
	for (const [path, wanted] of table) {
		it(`reads ${path}`, () => assert.deepEqual(parseSubtitle(path, video, true), wanted));
	}

	it('is not guessed for one of many videos', () => {
		assert.equal(parseSubtitle('Show/Subs/English.srt', 'Show/S01E01.mkv', false), null);
	});

	it('never throws', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				(name) => void parseSubtitle(`${name}.srt`, `${name}.mkv`, true),
			),
		);
	});
});

describe('a picture beside media', () => {
	it('says what it shows by its name', () => {
		assert.deepEqual(parseArtwork('Film/poster.jpg'), { role: 'poster', of: { kind: 'folder' } });
		assert.deepEqual(parseArtwork('Film/fanart-2.png'), { role: 'backdrop', of: { kind: 'folder' } });
		assert.deepEqual(parseArtwork('Show/season02-poster.jpg'), {
			role: 'poster',
			of: { kind: 'season', season: 2 },
		});
		assert.deepEqual(parseArtwork('Show/season-specials-poster.jpg'), {
			role: 'poster',
			of: { kind: 'season', season: 0 },
		});
		assert.deepEqual(parseArtwork('Show/S01E01-thumb.jpg'), {
			role: 'still',
			of: { kind: 'file', stem: 'S01E01' },
		});
		assert.equal(parseArtwork('Photos/IMG_1.jpg'), null);
		assert.equal(parseArtwork('Film/poster.svg'), null);
	});
});

describe('what is passed over', () => {
	it('knows the folders of systems and of extras', () => {
		assert.ok(isIgnoredFolder('@eaDir') && isIgnoredFolder('.hidden') && isIgnoredFolder('x.trickplay'));
		assert.ok(!isIgnoredFolder('Film (2009)'));
		assert.ok(isIgnoredFile('._film.mkv') && !isIgnoredFile('film.mkv'));
		assert.ok(isExtra('Film (2009)/Trailers/a.mkv') && isExtra('Film (2009)/Film-trailer.mkv'));
		assert.ok(!isExtra('Extras (2005)/Extras (2005).mkv'), 'a film may be called Extras');
	});
});

describe('folded text', () => {
	it('has neither accents nor case nor punctuation', () => {
		assert.equal(foldText('Amélie: «Straße» & Œuvre'), 'amelie strasse oeuvre');
		assert.equal(foldText("Director's"), 'directors');
	});
	it('sorts numbers by value and articles not at all', () => {
		assert.ok(sortKeyOf('Film 2') < sortKeyOf('Film 10'));
		assert.equal(sortKeyOf('The Matrix'), sortKeyOf('Matrix'));
		assert.notEqual(sortKeyOf('The'), '');
	});
});
