/** Film names as people and release groups write them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseFilm } from './film.ts';

type Wanted = Partial<ReturnType<typeof parseFilm>>;

const table: readonly (readonly [path: string, wanted: Wanted])[] = [
	['Avatar (2009).mkv', { title: 'Avatar', year: 2009 }],
	['Avatar (2009)/Avatar (2009).mkv', { title: 'Avatar', year: 2009, version: null }],
	['Avatar.mkv', { title: 'Avatar', year: null }],
	['Big.Buck.Bunny.2008.1080p.BluRay.x264-GRP.mkv', { title: 'Big Buck Bunny', year: 2008 }],
	['Big_Buck_Bunny_2008_720p.mp4', { title: 'Big Buck Bunny', year: 2008 }],
	['Blade.Runner.2049.2017.2160p.WEB-DL.mkv', { title: 'Blade Runner 2049', year: 2017 }],
	['Blade Runner 2049 (2017).mkv', { title: 'Blade Runner 2049', year: 2017 }],
	['1917 (2019).mkv', { title: '1917', year: 2019 }],
	['2012 (2009)/2012 (2009).mkv', { title: '2012', year: 2009 }],
	['1917.mkv', { title: '1917', year: null }],
	['2001 A Space Odyssey (1968).mkv', { title: '2001 A Space Odyssey', year: 1968 }],
	['Se7en (1995) [imdbid-tt0114369].mkv', { title: 'Se7en', year: 1995, ids: { imdb: 'tt0114369' } }],
	['Heat (1995) {tmdb-949}/Heat (1995) {tmdb-949}.mkv', { title: 'Heat', year: 1995, ids: { tmdb: '949' } }],
	[
		'Film (2020) [tmdbid=138843] (TVDB-7).mkv',
		{ title: 'Film', year: 2020, ids: { tmdb: '138843', tvdb: '7' } },
	],
	['tt0133093 The Matrix 1999.mkv', { title: 'The Matrix', year: 1999, ids: { imdb: 'tt0133093' } }],
	[
		"Blade Runner (1982) {edition-Director's Cut}.mkv",
		{ title: 'Blade Runner', year: 1982, edition: "Director's Cut" },
	],
	['Film (2001) {edition-}.mkv', { title: 'Film', edition: null }],
	['Film (2001) {edition-Final}/Film (2001).mkv', { title: 'Film', edition: 'Final' }],
	['Best Movie (2019)/Best Movie (2019) - 1080p.mp4', { title: 'Best Movie', year: 2019, version: '1080p' }],
	["Best Movie (2019)/Best Movie (2019) - Director's Cut.mp4", { version: "Director's Cut" }],
	['Best Movie (2019)/Best Movie (2019) - [2160p].mp4', { version: '2160p' }],
	['Best Movie (2019) [tmdbid-5]/Best Movie (2019) - 720p.mp4', { title: 'Best Movie', version: '720p' }],
	[
		'Films/Spider-Man - Homecoming (2017).mkv',
		{ title: 'Spider-Man - Homecoming', year: 2017, version: null },
	],
	['Long Film (1998)/Long Film (1998) - part1.avi', { title: 'Long Film', part: 1 }],
	['Long Film (1998)/Long Film (1998) cd2.avi', { title: 'Long Film', part: 2 }],
	['Long Film (1998)/Long Film (1998)-ptb.avi', { title: 'Long Film', part: 2 }],
	['Kill Bill Vol. 2 (2004).mkv', { title: 'Kill Bill Vol. 2', year: 2004, part: 0 }],
	['WALL·E (2008).mkv', { title: 'WALL·E', year: 2008 }],
	['Amélie (2001).mkv', { title: 'Amélie', year: 2001 }],
	['千と千尋の神隠し (2001).mkv', { title: '千と千尋の神隠し', year: 2001 }],
	['[Group] Some Film [1080p].mkv', { title: 'Some Film', year: null }],
	['S.W.A.T. (2003).mkv', { title: 'S.W.A.T.', year: 2003 }],
	['Title.2019.2160p.WEB-DL.mkv', { title: 'Title', year: 2019 }],
	['The.Extended.Family.2010.EXTENDED.mkv', { title: 'The Extended Family', year: 2010 }],
	['Old Film [1957].mkv', { title: 'Old Film', year: 1957 }],
	['Movie 3D (2011) 3D.hsbs.mkv', { year: 2011 }],
	['Film (1999)/VIDEO_TS/VTS_01_1.VOB', { title: 'Film', year: 1999 }],
];

describe('the name of a film', () => {
	for (const [path, wanted] of table) {
		it(`reads ${path}`, () => {
			const found = parseFilm(path, path.includes('VIDEO_TS'));
			for (const [key, value] of Object.entries(wanted)) {
				assert.deepEqual(found[key as keyof typeof found], value, key);
			}
		});
	}

	it('comes from the folder where the film lies there alone, whatever its file is called', () => {
		assert.equal(parseFilm('Avatar (2009)/somefilename.mkv', true).title, 'Avatar');
		assert.equal(parseFilm('Box (2009)/Other Film.mkv', false).title, 'Other Film');
	});

	it('is never empty and never throws', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (path, isAlone) => {
				assert.notEqual(parseFilm(path, isAlone).title.trim(), '');
				assert.notEqual(parseFilm(`${path}.mkv`, isAlone).title.trim(), '');
			}),
		);
	});

	it('keeps any plain title and year that a person writes in the recommended way', () => {
		const word = fc
			.stringMatching(/^[A-Z][a-z]{3,9}$/u)
			.filter((text) => !/^(?:part|disc|disk)/iu.test(text));
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, maxLength: 4 }),
				fc.integer({ min: 1890, max: 2089 }),
				(words, year) => {
					const title = words.join(' ');
					fc.pre(
						!/\b(?:Hulu|Imax|Opus|Hevc|Xvid|Divx|Dual|Multi|Proper|Repack|Rerip|Uncut|Limited|Internal|Remux|German|Nordic|Dubbed|Subbed|Extended|Unrated|Criterion|Atmos|Flac|Hdtv|Pdtv)\b/u.test(
							title,
						),
					);
					const found = parseFilm(`${title} (${year}).mkv`);
					assert.deepEqual([found.title, found.year], [title, year]);
				},
			),
		);
	});
});
