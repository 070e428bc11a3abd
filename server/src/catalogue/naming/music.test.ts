/** Songs by their path, where tags are missing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseTrack } from './music.ts';

type Wanted = Partial<ReturnType<typeof parseTrack>>;

const table: readonly (readonly [path: string, wanted: Wanted])[] = [
	[
		'Artist/Album (1999)/03 - Song.flac',
		{ artist: 'Artist', album: 'Album', year: 1999, track: 3, title: 'Song' },
	],
	['Artist/1999 - Album/03. Song.flac', { album: 'Album', year: 1999, track: 3, title: 'Song' }],
	['Artist/Album/CD2/01 Song.flac', { album: 'Album', disc: 2, track: 1, albumFolder: 'Artist/Album' }],
	['Artist/Album/Disc 1 - Live/01 Song.flac', { album: 'Album', disc: 1 }],
	['Artist/Album/1-02 Song.flac', { disc: 1, track: 2, title: 'Song' }],
	['Artist/EPs/Small/01 Song.mp3', { artist: 'Artist', album: 'Small' }],
	['Album/Artist - Song.mp3', { artist: 'Artist', title: 'Song' }],
	['Song.mp3', { artist: null, album: null, title: 'Song' }],
	['Artist/Album/07.mp3', { track: 7, title: '07' }],
	['Artist/Album/01_two_words.mp3', { track: 1, title: 'two words' }],
	['Artist/Album/99 Luftballons.mp3', { title: 'Luftballons', track: 99 }],
];

describe('the name of a song', () => {
	for (const [path, wanted] of table) {
		it(`reads ${path}`, () => {
			const found = parseTrack(path);
			for (const [key, value] of Object.entries(wanted)) {
				assert.deepEqual(found[key as keyof typeof found], value, key);
			}
		});
	}

	it('is never empty and never throws', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => {
				assert.notEqual(parseTrack(path).title.trim(), '');
			}),
		);
	});
});
