/**
 * `npm run bench -- play`: from the click on play to the picture in a real browser, seeking, what packaging
 * costs, and direct play beside nginx; ffmpeg alone to its first segment is the yardstick of the rest.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { listItems, listLibraries } from '@holdfast/contract/catalogue';
import { ensureWeb } from '../setup/web.mjs';
import { makeLibraries, untilScanned } from './libraries.ts';
import { becomeOwner, type Person } from './owner.ts';
import { measureDownload, type Throughput } from './play/download.ts';
import { type Films, largeTitle, makeFilms, titleOf, type Way, ways } from './play/films.ts';
import { startNginx } from './play/nginx.ts';
import { firstSegmentMs, measureStreams, open } from './play/segments.ts';
import { openBrowser, openViewer, type Viewer } from './play/watching.ts';
import { ffmpeg } from './programs.ts';
import { type Bench, median, percentile, rounded, type Tell } from './report.ts';
import { type MeasuredServer, startServer } from './server.ts';

const sizes = {
	whole: { each: 7, minutes: 10, largeBytes: 2 * 1024 ** 3, downloads: 5, seeks: 20, viewers: 4 },
	small: { each: 1, minutes: 1, largeBytes: 32 * 1024 ** 2, downloads: 1, seeks: 2, viewers: 1 },
};
type Sizes = (typeof sizes)['whole'];
/** A person who chose 720p: the film is converted and made smaller. */
const smallerPx = 720;
const itemsMax = 200;

interface Playing {
	readonly server: MeasuredServer;
	readonly person: Person;
	readonly films: Films;
	readonly itemIds: ReadonlyMap<string, string>;
	readonly tell: Tell;
}

const itemIdsOf = async (person: Person): Promise<Map<string, string>> => {
	const { libraries } = await person.call(listLibraries);
	const libraryId = libraries[0]?.libraryId ?? '';
	const { items } = await person.call(listItems, { params: { libraryId }, query: { limit: itemsMax } });
	return new Map(items.map(({ title, itemId }) => [title, itemId]));
};

const idOf = ({ itemIds }: Pick<Playing, 'itemIds'>, title: string): string => {
	const found = itemIds.get(title);
	if (found === undefined)
		throw new Error(`The film ${title} is not in the library: ${[...itemIds.keys()].join(', ')}`);
	return found;
};

/** Places all over a film, none near the last one, so that nothing of them is at hand already. */
const placesIn = (seconds: number, count: number): number[] =>
	Array.from(
		{ length: count },
		(_, index) => Math.floor(((index * 0.618_034 + 0.4) % 1) * (seconds - 10)) + 0.5,
	);

const measureFrames = async (playing: Playing, { each, seeks, minutes }: Sizes) => {
	const { server, person, tell } = playing;
	await using browser = await openBrowser();
	const firstMs: Record<Way, number[]> = { direct: [], packaged: [], transcoded: [] };
	const seekMs: number[] = [];
	for (const way of ways) {
		const heightMaxPx = way === 'transcoded' ? smallerPx : 0;
		await using viewer: Viewer = await openViewer(browser, {
			url: server.url,
			cookie: person.cookie,
			heightMaxPx,
		});
		for (let round = 0; round < each; round += 1)
			firstMs[way].push(await viewer.firstFrame(idOf(playing, titleOf(way, round)), way));
		tell(`${way}: picture after ${firstMs[way].map((ms) => Math.round(ms)).join(', ')} ms`);
		if (way === 'transcoded') continue;
		const tookMs = await viewer.seek(placesIn(minutes * 60, seeks));
		tell(`${way}: seeks took ${tookMs.map((ms) => Math.round(ms)).join(', ')} ms`);
		seekMs.push(...tookMs);
	}
	return { firstMs, seekMs };
};

const timedFfmpeg = async (...words: readonly string[]): Promise<number> => {
	const startedMs = performance.now();
	await ffmpeg(...words);
	return performance.now() - startedMs;
};

const fragmented = ['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '1000000'];

/** Our first segment and ffmpeg's own, by turns. */
const measureFirstSegments = async (playing: Playing, folder: string, { each }: Sizes) => {
	const { person, films } = playing;
	const out = join(folder, 'segment.mp4');
	const found: Record<'packaged' | 'transcoded' | 'remux' | 'encode', number[]> = {
		packaged: [],
		transcoded: [],
		remux: [],
		encode: [],
	};
	const encode = [
		'-t',
		'1',
		'-vf',
		`scale=-2:${smallerPx}`,
		'-c:v',
		'libx264',
		'-preset',
		'veryfast',
		'-c:a',
		'aac',
	];
	for (let round = 0; round < each; round += 1) {
		found.remux.push(await timedFfmpeg('-i', films.packaged, '-t', '3', '-c', 'copy', ...fragmented, out));
		found.packaged.push(await firstSegmentMs(person, idOf(playing, titleOf('packaged', round))));
		found.encode.push(await timedFfmpeg('-i', films.transcoded, ...encode, ...fragmented, out));
		found.transcoded.push(
			await firstSegmentMs(person, idOf(playing, titleOf('transcoded', round)), smallerPx),
		);
	}
	return {
		packagedFirstSegmentMs: rounded(median(found.packaged)),
		transcodedFirstSegmentMs: rounded(median(found.transcoded)),
		ffmpegRemuxMs: rounded(median(found.remux)),
		ffmpegTranscodeMs: rounded(median(found.encode)),
	};
};

const mebibytes = ({ bytesPerSecond }: Throughput): number => bytesPerSecond / 1024 ** 2;

/**
 * The same file by the same client from both servers, by turns; the first of each fills the system's cache.
 */
const measureDirect = async (playing: Playing, folder: string, { downloads }: Sizes) => {
	const { server, person, films, tell } = playing;
	await using nginx = await startNginx(join(folder, 'nginx'), dirname(films.large));
	const { url, method } = await open(person, idOf(playing, largeTitle));
	if (method !== 'direct') throw new Error(`The large file was to be direct and is ${method}.`);
	const ours = { url: server.url + url, cookie: person.cookie, pid: server.pid };
	const theirs = { url: `${nginx.url}/${encodeURIComponent(basename(films.large))}`, pid: nginx.pid };
	const found: { ours: Throughput; theirs: Throughput }[] = [];
	for (let round = 0; round <= downloads; round += 1) {
		const isOursFirst = round % 2 === 0;
		const first = await measureDownload(isOursFirst ? ours : theirs);
		const second = await measureDownload(isOursFirst ? theirs : ours);
		if (round > 0)
			found.push(isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first });
	}
	tell(
		`direct, MiB/s: ${found.map((pair) => `${Math.round(mebibytes(pair.ours))} (nginx ${Math.round(mebibytes(pair.theirs))})`).join(', ')}`,
	);
	const cpu = (side: 'ours' | 'theirs'): number =>
		median(found.map((pair) => pair[side].cpuSecondsPerByte * 1024 ** 3));
	return {
		mibPerSecond: rounded(median(found.map((pair) => mebibytes(pair.ours)))),
		nginxMibPerSecond: rounded(median(found.map((pair) => mebibytes(pair.theirs)))),
		cpuSecondsPerGib: rounded(cpu('ours'), 3),
		nginxCpuSecondsPerGib: rounded(cpu('theirs'), 3),
	};
};

const measureAll = async (folder: string, isSmall: boolean, tell: Tell) => {
	const size = isSmall ? sizes.small : sizes.whole;
	const films = await makeFilms(join(folder, 'media'), size);
	tell('made the films');
	await using server = await startServer({ settings: { HOLDFAST_MEDIA_ROOTS: join(folder, 'media') } });
	const person = await becomeOwner(server);
	await makeLibraries(person, [['Films', 'movies']]);
	await untilScanned(person, 1, 50);
	const playing = { server, person, films, itemIds: await itemIdsOf(person), tell };
	const direct = await measureDirect(playing, folder, size);
	const titles = Array.from({ length: size.viewers }, (_, index) => titleOf('packaged', index));
	const itemIds = titles.map((title) => idOf(playing, title));
	const streams = await measureStreams(person, server.pid, { itemIds, seconds: size.minutes * 60 });
	tell(
		`packaged: one core keeps ${Math.round(streams.perCore)} films of ${streams.megabitsPerSecond.toFixed(1)} Mbit/s going`,
	);
	const segments = await measureFirstSegments(playing, folder, size);
	tell(JSON.stringify(segments));
	const frames = await measureFrames(playing, size);
	return { direct, streams, segments, frames };
};

export const playBench: Bench = async (tell, { isSmall }) => {
	await ensureWeb();
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-play-'));
	try {
		const { direct, streams, segments, frames } = await measureAll(folder, isSmall, tell);
		const { firstMs, seekMs } = frames;
		return {
			name: 'play',
			figures: {
				directFirstFrameMs: rounded(median(firstMs.direct)),
				packagedFirstFrameMs: rounded(median(firstMs.packaged)),
				transcodedFirstFrameMs: rounded(median(firstMs.transcoded)),
				seekP95Ms: rounded(percentile(seekMs, 0.95)),
				packagedStreamsPerCore: rounded(streams.perCore),
				packagedMegabitsPerSecond: rounded(streams.megabitsPerSecond),
				packagedFirstSegmentMs: segments.packagedFirstSegmentMs,
				transcodedFirstSegmentMs: segments.transcodedFirstSegmentMs,
				directMibPerSecond: direct.mibPerSecond,
				directCpuSecondsPerGib: direct.cpuSecondsPerGib,
			},
			yardstick: {
				nginxMibPerSecond: direct.nginxMibPerSecond,
				nginxCpuSecondsPerGib: direct.nginxCpuSecondsPerGib,
				ffmpegRemuxMs: segments.ffmpegRemuxMs,
				ffmpegTranscodeMs: segments.ffmpegTranscodeMs,
			},
			ratio: {
				directThroughputToNginx: rounded(direct.mibPerSecond / direct.nginxMibPerSecond, 3),
				directCpuToNginx: rounded(direct.cpuSecondsPerGib / direct.nginxCpuSecondsPerGib, 2),
				packagedFirstSegment: rounded(segments.packagedFirstSegmentMs / segments.ffmpegRemuxMs, 2),
				transcodedFirstSegment: rounded(segments.transcodedFirstSegmentMs / segments.ffmpegTranscodeMs, 2),
			},
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};
