/**
 * Folders of many small real films, episodes and songs: a few dozen are encoded, then multiplied with tags of
 * their own, so that no two files are alike.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ffmpeg } from '../programs.ts';

/** Placeholders are replaced in place, so they are as long as what comes instead. */
const fieldLength = 28;
const placeholders = {
	title: 'T'.repeat(fieldLength),
	artist: 'A'.repeat(fieldLength),
	album: 'L'.repeat(fieldLength),
} as const;
type Fields = Readonly<Record<keyof typeof placeholders, string>>;

interface Base {
	readonly extension: string;
	readonly bytes: Buffer;
	/** Where each placeholder stands, however often. */
	readonly places: readonly { readonly at: number; readonly field: keyof Fields }[];
}

export interface Bases {
	readonly videos: readonly Base[];
	readonly songs: readonly Base[];
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
/** What people's films are made of, most common first; each comes in several lengths and sizes. */
const videoKinds: readonly { readonly extension: string; readonly words: readonly string[] }[] = [
	{ extension: 'mkv', words: [...h264, '-c:a', 'aac', '-write_crc32', '0'] },
	{ extension: 'mp4', words: [...h264, '-c:a', 'aac', '-movflags', '+faststart'] },
	{ extension: 'mkv', words: [...h264, '-c:a', 'ac3', '-write_crc32', '0'] },
	{ extension: 'mp4', words: [...h264, '-c:a', 'aac'] },
	{
		extension: 'mkv',
		words: [
			'-c:v',
			'libx265',
			'-preset',
			'ultrafast',
			'-x265-params',
			'log-level=none',
			'-c:a',
			'aac',
			'-write_crc32',
			'0',
		],
	},
	{ extension: 'mkv', words: ['-c:v', 'mpeg4', '-c:a', 'libmp3lame', '-write_crc32', '0'] },
];
const songKinds: typeof videoKinds = [
	{ extension: 'flac', words: ['-c:a', 'flac'] },
	{ extension: 'mp3', words: ['-c:a', 'libmp3lame', '-b:a', '64k', '-id3v2_version', '3'] },
];
const sizes = ['128x72', '192x108', '256x144', '160x120'];

const metadata = Object.entries(placeholders).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);

const placesIn = (bytes: Buffer): Base['places'] =>
	(Object.keys(placeholders) as (keyof Fields)[]).flatMap((field) => {
		const places = [];
		for (
			let at = bytes.indexOf(placeholders[field]);
			at !== -1;
			at = bytes.indexOf(placeholders[field], at + 1)
		)
			places.push({ at, field });
		return places;
	});

const encode = async (path: string, words: readonly string[]): Promise<Base> => {
	await ffmpeg(...words, ...metadata, path);
	const bytes = readFileSync(path);
	return { extension: path.slice(path.lastIndexOf('.') + 1), bytes, places: placesIn(bytes) };
};

/** Encodes the originals, below `folder`, which is removed again. */
export const makeBases = async (folder: string): Promise<Bases> => {
	await mkdir(folder, { recursive: true });
	const videos: Base[] = [];
	const songs: Base[] = [];
	for (const [round, size] of sizes.entries()) {
		const seconds = String(0.4 + round * 0.3);
		const picture = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=12:d=${seconds}`];
		const sound = ['-f', 'lavfi', '-i', `sine=f=${300 + round * 70}:r=44100:d=${seconds}`];
		for (const [index, { extension, words }] of videoKinds.entries()) {
			const path = join(folder, `v${round}-${index}.${extension}`);
			videos.push(await encode(path, [...picture, ...sound, ...words]));
		}
		for (const [index, { extension, words }] of songKinds.entries()) {
			const path = join(folder, `s${round}-${index}.${extension}`);
			songs.push(
				await encode(path, [...sound, ...words, '-metadata', 'track=1/12', '-metadata', 'date=2011']),
			);
		}
	}
	await rm(folder, { recursive: true, force: true });
	return { videos, songs };
};

const written = ({ bytes, places }: Base, fields: Fields): Buffer => {
	const copy = Buffer.from(bytes);
	for (const { at, field } of places)
		copy.write(fields[field].slice(0, fieldLength).padEnd(fieldLength), at, 'latin1');
	return copy;
};

const words = [
	'Amber',
	'Harbour',
	'Silent',
	'North',
	'Paper',
	'Glass',
	'Winter',
	'Copper',
	'Distant',
	'Salt',
];
const things = [
	'River',
	'Lantern',
	'Meridian',
	'Orchard',
	'Signal',
	'Ferry',
	'Summit',
	'Garden',
	'Station',
	'Tide',
];
const nameOf = (number: number): string =>
	`${words[number % 10]} ${things[Math.floor(number / 10) % 10]} ${number}`;

const episodesInSeason = 10;
const songsInAlbum = 12;
const albumsOfArtist = 4;

const filmAt = (index: number, extension: string): { path: string; fields: Fields } => {
	const title = nameOf(index);
	const name = `${title} (${1950 + (index % 75)})`;
	return { path: join('Films', name, `${name}.${extension}`), fields: { title, artist: '', album: '' } };
};

const episodeAt = (index: number, extension: string): { path: string; fields: Fields } => {
	const series = nameOf(Math.floor(index / (episodesInSeason * 3)));
	const season = String((Math.floor(index / episodesInSeason) % 3) + 1).padStart(2, '0');
	const code = `S${season}E${String((index % episodesInSeason) + 1).padStart(2, '0')}`;
	const title = `Part ${index}`;
	const path = join('Series', series, `Season ${season}`, `${series} - ${code} - ${title}.${extension}`);
	return { path, fields: { title, artist: '', album: series } };
};

const songAt = (index: number, extension: string): { path: string; fields: Fields } => {
	const albumNumber = Math.floor(index / songsInAlbum);
	const artist = `The ${nameOf(Math.floor(albumNumber / albumsOfArtist))}`;
	const album = nameOf(albumNumber);
	const title = `Song ${index}`;
	const number = String((index % songsInAlbum) + 1).padStart(2, '0');
	return {
		path: join('Music', artist, album, `${number} ${title}.${extension}`),
		fields: { title, artist, album },
	};
};

/** Of ten files so many are films and episodes; the rest are songs. */
const shares = { films: 2, episodes: 3 };

/** Writes `count` files below `root`, into `Films`, `Series` and `Music`. Returns their paths. */
export const multiply = (bases: Bases, root: string, count: number): string[] => {
	const paths: string[] = [];
	const made = new Set<string>();
	for (let index = 0; index < count; index += 1) {
		const turn = index % 10;
		const isSong = turn >= shares.films + shares.episodes;
		const from = isSong ? bases.songs : bases.videos;
		// A stride that shares no factor with the number of originals, so that each kind comes everywhere.
		const base = from[(index * 7 + Math.floor(index / 10)) % from.length] as Base;
		const place = turn < shares.films ? filmAt : isSong ? songAt : episodeAt;
		const { path, fields } = place(index, base.extension);
		const full = join(root, path);
		const folder = dirname(full);
		if (!made.has(folder)) mkdirSync(folder, { recursive: true });
		made.add(folder);
		writeFileSync(full, written(base, fields));
		paths.push(full);
	}
	return paths;
};
