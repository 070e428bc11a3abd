/** Tiny real media for the catalogue's tests, made once with ffmpeg, and a catalogue over a folder of it. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LiveEvent } from '@holdfast/contract/system';
import sharp from 'sharp';
import { everythingForTheServer } from '../../access/index.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { silentLog } from '../../platform/log.ts';
import type { ToolRunner } from '../../platform/process/tool.ts';
import { type Catalogue, createCatalogue } from '../catalogue.ts';
import { insertLibrary } from '../libraries.ts';
import type { CatalogueTables } from '../tables.ts';
import type { LibraryKind, Visible } from '../values.ts';

const run = promisify(execFile);
const ffmpeg = (...words: readonly string[]) =>
	run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...words]);

export const everything = everythingForTheServer;
/** As `access` would make it for somebody who may see only these. */
export const onlyLibraries = (...libraryIds: string[]): Visible => ({ libraryIds }) as unknown as Visible;

const sources = { film: 'film.mp4', matroska: 'film.mkv', old: 'film.avi', song: 'song.flac' } as const;
export type Sample = keyof typeof sources | 'photo' | 'empty' | { readonly text: string };

let made: Promise<string> | null = null;

const makeSources = async (): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-samples-'));
	const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=10:duration=1'];
	const sound = ['-f', 'lavfi', '-i', 'sine=duration=1'];
	const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
	await ffmpeg(...picture, ...sound, ...h264, join(folder, sources.film));
	await ffmpeg(...picture, ...sound, ...h264, join(folder, sources.matroska));
	await ffmpeg(...picture, ...sound, '-c:v', 'mpeg4', '-c:a', 'mp3', join(folder, sources.old));
	await ffmpeg(...sound, '-c:a', 'flac', join(folder, sources.song));
	process.once(
		'exit',
		() => void import('node:fs').then(({ rmSync }) => rmSync(folder, { recursive: true, force: true })),
	);
	return folder;
};

/** Writes one sample under `path`. No two are byte for byte the same. */
export const put = async (path: string, sample: Sample): Promise<void> => {
	made ??= makeSources();
	const folder = await made;
	await mkdir(dirname(path), { recursive: true });
	if (sample === 'empty') return writeFile(path, '');
	if (typeof sample === 'object') return writeFile(path, sample.text);
	if (sample === 'photo') {
		const hue = [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 256, 7);
		const background = { r: hue, g: 255 - hue, b: 90 };
		return writeFile(
			path,
			await sharp({ create: { width: 48, height: 32, channels: 3, background } })
				.jpeg()
				.toBuffer(),
		);
	}
	return copyFile(join(folder, sources[sample]), path);
};

/** Removes the samples: call it after the last test of a file. */
export const removeSamples = async (): Promise<void> => {
	if (made) await rm(await made, { recursive: true, force: true });
	made = null;
};

export interface TestHouse extends AsyncDisposable {
	readonly catalogue: Catalogue;
	readonly root: string;
	readonly libraryId: string;
	readonly events: LiveEvent[];
	put(path: string, sample: Sample): Promise<void>;
	scan(): Promise<void>;
}

/** A catalogue with one library over an empty temporary folder. */
export const openHouse = async (
	db: Database<CatalogueTables>,
	kind: LibraryKind,
	options: { readonly tools?: ToolRunner | null; readonly clock?: Clock } = {},
): Promise<TestHouse> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-library-'));
	const root = join(folder, 'media');
	await mkdir(root);
	const events: LiveEvent[] = [];
	const catalogue = createCatalogue({
		db,
		clock: options.clock ?? systemClock,
		log: silentLog,
		tools: options.tools ?? null,
		dataFolder: join(folder, 'data'),
		hiddenFolders: [],
		mediaRoots: [folder],
		pictureCacheMb: 16,
		onEvent: (event) => events.push(event),
	});
	const libraryId = await insertLibrary({ db, clock: systemClock }, { name: kind, kind, paths: [root] });
	return {
		catalogue,
		root,
		libraryId,
		events,
		put: (path, sample) => put(join(root, path), sample),
		scan: () => catalogue.scan(libraryId),
		[Symbol.asyncDispose]: async () => {
			await catalogue[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};

/** Every title of the library's grid, in order. */
export const titles = async (house: TestHouse): Promise<string[]> => {
	const asked = { sort: 'title', order: 'asc', from: 0, limit: 200 } as const;
	return (await house.catalogue.window(house.libraryId, asked, everything)).items.map(({ title }) => title);
};

/** The one item with this title, whatever its kind. */
export const findTitle = async (house: TestHouse, title: string) => {
	const found = (await house.catalogue.search(title, everything)).find((card) => card.title === title);
	if (!found) throw new Error(`There is no ${title}.`);
	return found;
};
