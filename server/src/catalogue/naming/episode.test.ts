/** Episode names in the forms that series come in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseEpisode, seasonOfFolder } from './episode.ts';

type Wanted = Partial<ReturnType<typeof parseEpisode>>;

const table: readonly (readonly [path: string, wanted: Wanted])[] = [
	[
		'Show (2010)/Season 01/Show (2010) S01E02 The Title.mkv',
		{ series: 'Show', seriesYear: 2010, season: 1, number: 2, numberEnd: null, title: 'The Title' },
	],
	[
		'Show/Season 1/Show - s01e02 - The Title.mkv',
		{ series: 'Show', season: 1, number: 2, title: 'The Title' },
	],
	['Show S01 COMPLETE 720p/Show.S01E02.720p.mkv', { series: 'Show', season: 1, number: 2 }],
	['The.Show.S02.1080p.WEB/03.mkv', { series: 'The Show', season: 2, number: 3 }],
	['Show (2019) Season 3/e01.mkv', { series: 'Show', seriesYear: 2019, season: 3, number: 1 }],
	['Area 51/Area 51 S01E01.mkv', { series: 'Area 51', season: 1, number: 1 }],
	['Show/Season 1/s01.e02.mkv', { season: 1, number: 2, title: null }],
	['Show/Season 1/s01_e02.mkv', { season: 1, number: 2 }],
	['Show/S01 - E02.mkv', { series: 'Show', season: 1, number: 2 }],
	['Show/1x02 Title.mkv', { season: 1, number: 2, title: 'Title' }],
	['Show/S01xE02.mkv', { season: 1, number: 2 }],
	['Show/Season 1 Episode 2.mkv', { season: 1, number: 2 }],
	['Show/Season 2/ep02.mkv', { season: 2, number: 2 }],
	['Show/Season 2/EP_02.mkv', { season: 2, number: 2 }],
	['Show/Season 2/Episode 16.mkv', { season: 2, number: 16 }],
	['Show/Season 2/02.mkv', { season: 2, number: 2 }],
	['Show/Season 2/02 - Name.mkv', { season: 2, number: 2, title: 'Name' }],
	['Show/Season 1/Show S01E01-E02.mkv', { season: 1, number: 1, numberEnd: 2 }],
	['Show/Season 1/Show S01E01E02.mkv', { number: 1, numberEnd: 2 }],
	['Show/Season 1/Show S01E01-02.mkv', { number: 1, numberEnd: 2 }],
	['Show/Season 1/Show s01e01-s01e02.mkv', { number: 1, numberEnd: 2 }],
	['Show/Season 1/Show S01E01E02E03.mkv', { number: 1, numberEnd: 3 }],
	['Show/Season 1/1x01-1x02.mkv', { number: 1, numberEnd: 2 }],
	['Show/Season 1/1x01x02.mkv', { number: 1, numberEnd: 2 }],
	['Show/Season 2/02x03 - 04.mkv', { season: 2, number: 3, numberEnd: 4 }],
	['Show/Season 1/Show S01E05-720p.mkv', { number: 5, numberEnd: null }],
	['Show/Season 1/S01E01 1-23-45.mkv', { number: 1, numberEnd: null, title: '1-23-45' }],
	['Show/Season 00/Show S00E03.mkv', { season: 0, number: 3 }],
	['Show/Specials/Some Special.mkv', { season: 0, number: null, title: 'Some Special' }],
	['Show/Season 00/Some Special.mkv', { season: 0, number: null }],
	['Show/Staffel 3/Show 3x07.mkv', { season: 3, number: 7 }],
	['Show/Saison 2/05.mkv', { season: 2, number: 5 }],
	['Show/Temporada 4/05.mkv', { season: 4, number: 5 }],
	['Show/1st season/05.mkv', { season: 1, number: 5 }],
	['Show/S02/05.mkv', { season: 2, number: 5 }],
	['Daily/Daily 2021-03-04 Guest.mkv', { series: 'Daily', season: 2021, number: null, title: 'Guest' }],
	['Daily/2021.03.04.mkv', { season: 2021, airedAt: Date.UTC(2021, 2, 4) }],
	['Daily/04-03-2021.mkv', { season: 2021, airedAt: Date.UTC(2021, 2, 4) }],
	['Anime/[Group] Anime - 07 [1080p].mkv', { series: 'Anime', season: 1, number: 7 }],
	['[Group][Anime][21][1080p].mkv', { number: 21 }],
	['Anime/Anime - 101 (2020).mkv', { number: 101 }],
	[
		'Show.S02E05.Some.Title.1080p.WEB.x264-GRP.mkv',
		{ series: 'Show', season: 2, number: 5, title: 'Some Title' },
	],
	['Show.2019.S02E05.mkv', { series: 'Show', seriesYear: 2019, season: 2, number: 5 }],
	['Show [tvdbid-79168]/Season 1/Show S01E01.mkv', { series: 'Show', ids: { tvdb: '79168' }, number: 1 }],
	['The 100/Season 1/The 100 S01E03.mkv', { series: 'The 100', number: 3 }],
	['24/Season 2/24 S02E04.mkv', { series: '24', season: 2, number: 4 }],
	['Doctor Who (2005)/Doctor Who (2005) S01E01-part-1.mkv', { number: 1, numberEnd: null }],
];

describe('the name of an episode', () => {
	for (const [path, wanted] of table) {
		it(`reads ${path}`, () => {
			const found = parseEpisode(path);
			for (const [key, value] of Object.entries(wanted)) {
				assert.deepEqual(found[key as keyof typeof found], value, key);
			}
		});
	}

	it('keeps an episode and a double episode apart', () => {
		assert.notDeepEqual(parseEpisode('A/S01E01.mkv').numberEnd, parseEpisode('A/S01E01-E02.mkv').numberEnd);
	});

	it('never throws, and always names a series', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => {
				assert.notEqual(parseEpisode(path).series.trim(), '');
				assert.notEqual(parseEpisode(`Show/${path}.mkv`).series.trim(), '');
			}),
		);
	});

	it('reads back every season and number that it is written with', () => {
		const number = fc.integer({ min: 1, max: 99 });
		fc.assert(
			fc.property(number, number, (season, episode) => {
				const code = `S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}`;
				const found = parseEpisode(`Show/Season ${season}/Show ${code}.mkv`);
				assert.deepEqual([found.season, found.number, found.numberEnd], [season, episode, null]);
			}),
		);
	});
});

describe('the folder of a season', () => {
	const folders: readonly (readonly [string, number | null])[] = [
		['Season 1', 1],
		['season 01', 1],
		['Show Season 2', 2],
		['S03', 3],
		['Staffel 4', 4],
		['сезон 5', 5],
		['2. Staffel', 2],
		['시즌 6', 6],
		['Specials', 0],
		['Season 00', 0],
		['Extras', null],
		['Show', null],
		['Seasons', null],
		['S', null],
		['Season 1 (1999)', 1],
	];
	for (const [folder, season] of folders) {
		it(`"${folder}" is ${season === null ? 'none' : `season ${season}`}`, () =>
			assert.equal(seasonOfFolder(folder), season));
	}
});
