/**
 * A small library of real files, made with ffmpeg: films that play in each of the three ways, a series, an
 * album and photos, with artwork beside them. What it holds is listed in `seeded`.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

const run = promisify(execFile);
const ffmpeg = async (...words: readonly string[]): Promise<void> => {
	await run('ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...words]);
};

/** Length of every clip. */
export const clipSeconds = 20;

export const seeded = {
	/** H.264 and AAC in MP4: plays as it is. */
	direct: 'The Third Tide',
	/** H.264 with B-frames and AAC in Matroska, a subtitle beside it: packaged. */
	packaged: 'Night Ferry',
	/** H.264 and AC-3 in Matroska: the picture untouched, the sound converted. */
	soundConverted: 'Paper Lanterns',
	/** MPEG-2 and AC-3 in a program stream: both converted. */
	converted: 'The Old Reel',
	/** HEVC and AAC in Matroska: the picture converted, the sound untouched. */
	pictureConverted: 'Deep Water',
	series: 'Harbour Lights',
	album: 'Slow Weather',
	photoAlbum: 'Iceland',
} as const;

const films: readonly { title: string; year: number; from: keyof Sources; extension: string }[] = [
	{ title: seeded.direct, year: 1994, from: 'mp4', extension: 'mp4' },
	{ title: seeded.packaged, year: 2011, from: 'matroska', extension: 'mkv' },
	{ title: seeded.soundConverted, year: 2003, from: 'ac3', extension: 'mkv' },
	{ title: seeded.converted, year: 1968, from: 'mpeg2', extension: 'mpg' },
	{ title: seeded.pictureConverted, year: 2020, from: 'hevc', extension: 'mkv' },
	{ title: 'Amber Season', year: 2018, from: 'mp4', extension: 'mp4' },
	{ title: 'A Quiet Meridian', year: 2022, from: 'mp4', extension: 'mp4' },
	{ title: 'Glasshouse', year: 2009, from: 'mp4', extension: 'mp4' },
	{ title: 'Northbound', year: 2015, from: 'mp4', extension: 'mp4' },
	{ title: 'Salt and Static', year: 2024, from: 'mp4', extension: 'mp4' },
	{ title: 'The Cartographer', year: 1987, from: 'mp4', extension: 'mp4' },
	{ title: 'Vermilion', year: 2013, from: 'mp4', extension: 'mp4' },
];

interface Sources {
	readonly mp4: string;
	readonly matroska: string;
	readonly ac3: string;
	readonly mpeg2: string;
	readonly hevc: string;
}

const picture = ['-f', 'lavfi', '-i', `gradients=s=1280x720:r=25:d=${clipSeconds}:speed=0.02:n=5:seed=7`];
const sound = ['-f', 'lavfi', '-i', `sine=f=330:d=${clipSeconds}:r=48000`];
const h264 = [
	'-c:v',
	'libx264',
	'-preset',
	'ultrafast',
	'-pix_fmt',
	'yuv420p',
	'-g',
	'50',
	'-bf',
	'2',
	'-crf',
	'30',
];
const aac = ['-c:a', 'aac', '-ac', '2', '-b:a', '96k'];

const makeSources = async (folder: string): Promise<Sources> => {
	await mkdir(folder, { recursive: true });
	const at = (name: string): string => join(folder, name);
	await ffmpeg(...picture, ...sound, ...h264, ...aac, '-movflags', '+faststart', at('a.mp4'));
	await ffmpeg('-i', at('a.mp4'), '-c', 'copy', at('a.mkv'));
	await ffmpeg('-i', at('a.mp4'), '-c:v', 'copy', '-c:a', 'ac3', '-b:a', '192k', at('ac3.mkv'));
	const small = ['-vf', 'scale=640:360'];
	await ffmpeg('-i', at('a.mp4'), ...small, '-c:v', 'mpeg2video', '-b:v', '2M', '-c:a', 'ac3', at('a.mpg'));
	const hevc = [
		'-c:v',
		'libx265',
		'-preset',
		'ultrafast',
		'-x265-params',
		'log-level=none',
		'-pix_fmt',
		'yuv420p',
	];
	await ffmpeg('-i', at('a.mp4'), ...small, ...hevc, '-c:a', 'copy', at('hevc.mkv'));
	return {
		mp4: at('a.mp4'),
		matroska: at('a.mkv'),
		ac3: at('ac3.mkv'),
		mpeg2: at('a.mpg'),
		hevc: at('hevc.mkv'),
	};
};

const hueOf = (text: string): number =>
	[...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 360;

const escapeMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Abstract artwork: a sky of two colours, a sun, three ridges; the title where there is one. */
const artwork = (options: {
	name: string;
	width: number;
	height: number;
	title: boolean;
}): Promise<Buffer> => {
	const { name, width, height } = options;
	const hue = hueOf(name);
	const ridge = (level: number, light: number): string => {
		const top = height * level;
		const wave = (hue % 7) + 3;
		const points = Array.from({ length: 25 }, (_, index) => {
			const x = (width * index) / 24;
			return `${x},${top + Math.sin(index / wave + level * 9) * height * 0.05}`;
		});
		return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="hsl(${hue + 30},45%,${light}%)"/>`;
	};
	const words = name.split(' ');
	const half = Math.ceil(words.length / 2);
	const lines = words.length > 2 ? [words.slice(0, half).join(' '), words.slice(half).join(' ')] : [name];
	const text = options.title
		? lines
				.map(
					(line, index) =>
						`<text x="${width * 0.08}" y="${height * 0.86 + index * width * 0.11}" font-family="Noto Sans, DejaVu Sans, sans-serif" font-weight="700" font-size="${width * 0.095}" fill="#fff">${escapeMarkup(line)}</text>`,
				)
				.join('')
		: '';
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">
			<stop offset="0" stop-color="hsl(${hue},62%,20%)"/><stop offset="0.65" stop-color="hsl(${(hue + 40) % 360},75%,58%)"/>
			<stop offset="1" stop-color="hsl(${(hue + 60) % 360},80%,72%)"/></linearGradient></defs>
		<rect width="${width}" height="${height}" fill="url(#s)"/>
		<circle cx="${width * (0.3 + (hue % 40) / 100)}" cy="${height * 0.42}" r="${width * 0.16}" fill="hsl(${(hue + 50) % 360},95%,86%)" opacity="0.9"/>
		${ridge(0.6, 38)}${ridge(0.7, 26)}${ridge(0.82, 14)}${text}</svg>`;
	return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
};

const put = async (path: string, content: Buffer | string): Promise<void> => {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, content);
};

const subtitle = '1\n00:00:01,000 --> 00:00:09,000\nThe ferry leaves at <i>midnight</i>.\n';

/** What an NFO beside a film tells of it. */
const stories: Readonly<
	Record<string, { plot: string; tagline: string; genres: string[]; people: [string, string][] }>
> = {
	[seeded.packaged]: {
		plot: 'On the last crossing before the bridge opens, a pilot, a stowaway and a cellist without an instrument find that the ship has one passenger more than anybody counted.',
		tagline: 'The last crossing takes all night.',
		genres: ['Drama', 'Mystery'],
		people: [
			['Ines Halloran', 'The pilot'],
			['Tomasz Wren', 'The stowaway'],
			['Odile Marchetti', 'The cellist'],
		],
	},
	[seeded.direct]: {
		plot: 'A keeper of tide tables notices that the sea has begun to come in three times a day, and that nobody else seems to mind.',
		tagline: 'It was not in the tables.',
		genres: ['Science fiction'],
		people: [['Maren Oyelaran', 'The keeper']],
	},
};

const nfoOf = (title: string): string | null => {
	const story = stories[title];
	if (!story) return null;
	const genres = story.genres.map((genre) => `<genre>${genre}</genre>`).join('');
	const people = story.people
		.map(([name, role]) => `<actor><name>${name}</name><role>${role}</role></actor>`)
		.join('');
	return `<movie><title>${title}</title><plot>${story.plot}</plot><tagline>${story.tagline}</tagline>${genres}${people}</movie>\n`;
};

const makeFilms = async (root: string, sources: Sources): Promise<void> => {
	for (const { title, year, from, extension } of films) {
		const folder = join(root, `${title} (${year})`);
		const base = join(folder, `${title} (${year})`);
		await put(
			join(folder, 'poster.jpg'),
			await artwork({ name: title, width: 600, height: 900, title: true }),
		);
		await put(
			join(folder, 'backdrop.jpg'),
			await artwork({ name: title, width: 1600, height: 900, title: false }),
		);
		const format = extension === 'mpg' ? ['-f', 'mpeg'] : [];
		await ffmpeg(
			'-i',
			sources[from],
			'-map',
			'0',
			'-c',
			'copy',
			'-metadata',
			`comment=${title}`,
			...format,
			`${base}.${extension}`,
		);
		if (title === seeded.packaged) await put(`${base}.en.srt`, subtitle);
		const nfo = nfoOf(title);
		if (nfo) await put(`${base}.nfo`, nfo);
	}
};

const makeSeries = async (root: string, sources: Sources): Promise<void> => {
	const series = join(root, `${seeded.series} (2019)`);
	await put(
		join(series, 'poster.jpg'),
		await artwork({ name: seeded.series, width: 600, height: 900, title: true }),
	);
	for (const [season, episodes] of [
		[1, ['The Pilot Boat', 'Fog', 'Undertow']],
		[2, ['Landfall', 'Ebb']],
	] as const) {
		for (const [index, title] of episodes.entries()) {
			const code = `S0${season}E0${index + 1}`;
			const path = join(series, `Season 0${season}`, `${seeded.series} ${code} ${title}.mkv`);
			await mkdir(dirname(path), { recursive: true });
			await ffmpeg('-i', sources.matroska, '-c', 'copy', '-metadata', `comment=${code}`, path);
		}
	}
};

const makeMusic = async (root: string): Promise<void> => {
	const folder = join(root, 'The Breakwaters', seeded.album);
	await put(
		join(folder, 'cover.jpg'),
		await artwork({ name: seeded.album, width: 800, height: 800, title: false }),
	);
	for (const [index, title] of ['First Light', 'Isobars', 'Low Pressure', 'Clearing Up'].entries()) {
		const tags = {
			title,
			artist: 'The Breakwaters',
			album: seeded.album,
			track: `${index + 1}/4`,
			date: '2021',
			genre: 'Ambient',
		};
		const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
		const tone = `sine=f=${220 + index * 55}:d=6:r=44100`;
		await ffmpeg(
			'-f',
			'lavfi',
			'-i',
			tone,
			...metadata,
			'-c:a',
			'flac',
			join(folder, `0${index + 1} ${title}.flac`),
		);
	}
};

const makePhotos = async (root: string): Promise<void> => {
	for (const [index, name] of [
		'Glacier',
		'Black Sand',
		'Geysir',
		'Puffin Cliffs',
		'Midnight',
		'Harbour',
	].entries()) {
		const picture = await artwork({ name, width: 1800, height: 1200, title: false });
		const taken = `2023:06:${String(10 + index).padStart(2, '0')} 21:0${index}:00`;
		const exif = { IFD0: { Make: 'Holdfast', Model: 'Test camera' }, IFD2: { DateTimeOriginal: taken } };
		await put(
			join(root, seeded.photoAlbum, `${name}.jpg`),
			await sharp(picture).withExif(exif).jpeg().toBuffer(),
		);
	}
};

export interface SeededFolders {
	readonly movies: string;
	readonly shows: string;
	readonly music: string;
	readonly photos: string;
}

/** Makes the library below `root`; takes some seconds. */
export const seedMedia = async (root: string): Promise<SeededFolders> => {
	const folders = {
		movies: join(root, 'Films'),
		shows: join(root, 'Series'),
		music: join(root, 'Music'),
		photos: join(root, 'Photos'),
	};
	const sources = await makeSources(join(root, '..', 'sources'));
	await makeFilms(folders.movies, sources);
	await makeSeries(folders.shows, sources);
	await makeMusic(folders.music);
	await makePhotos(folders.photos);
	return folders;
};
