/**
 * `npm run bench -- scan`: how fast a folder of real files becomes a catalogue, and what looking again at one
 * that has not changed costs; beside ffprobe started for each file and minidlna on the same folder.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listLibraries, scanLibrary } from '@holdfast/contract/catalogue';
import { makeLibraries, untilScanned } from './libraries.ts';
import { keepingDelays, takeDelays } from './loop-delay.ts';
import { becomeOwner, type Person } from './owner.ts';
import { cpuSecondsOf } from './process-costs.ts';
import { type Bench, rounded, type Tell } from './report.ts';
import { probeEach } from './scan/ffprobe.ts';
import { type Bases, makeBases, multiply } from './scan/media.ts';
import { scanWithMinidlna } from './scan/minidlna.ts';
import { countWrittenRows } from './scan/written-rows.ts';
import { type MeasuredServer, startServer } from './server.ts';

const sizes = {
	whole: { firstFiles: 10_000, rescanFiles: 100_000, probeFiles: 200 },
	small: { firstFiles: 200, rescanFiles: 300, probeFiles: 10 },
};
const rescanCount = 3;
/** Time for what follows a scan, such as the first pictures, before the quiet of a rescan is measured. */
const settleMs = 2_000;

const kinds = [
	['Films', 'movies'],
	['Series', 'shows'],
	['Music', 'music'],
] as const;

/** Makes a library of each folder and waits for their scans. */
const firstScan = async (person: Person): Promise<number> => {
	const startedMs = performance.now();
	await makeLibraries(person, kinds);
	await untilScanned(person, 1, 50);
	return performance.now() - startedMs;
};

const assertAllGood = async (person: Person): Promise<void> => {
	const { libraries } = await person.call(listLibraries);
	const damaged = libraries.reduce((sum, { damagedCount }) => sum + damagedCount, 0);
	if (damaged > 0) throw new Error(`${damaged} good files were listed as damaged.`);
};

const rescan = async (person: Person): Promise<number> => {
	const { libraries } = await person.call(listLibraries);
	const startedMs = performance.now();
	const startedAt = Date.now();
	await Promise.all(libraries.map(({ libraryId }) => person.call(scanLibrary, { params: { libraryId } })));
	await untilScanned(person, startedAt, 10);
	return performance.now() - startedMs;
};

interface Measuring {
	readonly server: MeasuredServer;
	readonly person: Person;
	readonly folder: string;
	readonly tell: Tell;
}

const measureFirst = async ({ server, person, folder, tell }: Measuring, files: number) => {
	await takeDelays(folder, server.pid);
	const cpuBefore = await cpuSecondsOf(server.pid);
	const elapsedMs = await firstScan(person);
	const cpuSeconds = (await cpuSecondsOf(server.pid)) - cpuBefore;
	const delays = await takeDelays(folder, server.pid);
	await assertAllGood(person);
	const filesPerSecond = (files * 1_000) / elapsedMs;
	tell(
		`${files} files: ${Math.round(filesPerSecond)} a second, ${cpuSeconds.toFixed(1)} s of processor time`,
	);
	tell(
		`event loop: half the time within ${rounded(delays.p50Ms)} ms, 99 % within ${rounded(delays.p99Ms)} ms`,
	);
	return { filesPerSecond, filesPerCpuSecond: files / cpuSeconds, delays };
};

const measureRescan = async ({ server, person, tell }: Measuring) => {
	await delay(settleMs);
	using counter = countWrittenRows(server.dataFolder);
	const elapsed: number[] = [];
	for (let round = 0; round < rescanCount; round += 1) elapsed.push(await rescan(person));
	const written = counter.take();
	tell(
		`rescans: ${elapsed.map((ms) => Math.round(ms)).join(', ')} ms; rows written: ${JSON.stringify(written)}`,
	);
	return {
		rescanUnchangedMs: Math.max(...elapsed),
		rescanRowsWritten: Object.values(written).reduce((sum, rows) => sum + rows, 0),
	};
};

/** The smallest originals: for a rescan only their number counts. */
const smallestOf = ({ videos, songs }: Bases): Bases => {
	const small = <T extends { readonly bytes: Buffer }>(all: readonly T[]): T[] =>
		[...all].sort((a, b) => a.bytes.length - b.bytes.length).slice(0, 4);
	return { videos: small(videos), songs: small(songs) };
};

const withServer = async <T>(
	{ folder, media, tell }: { readonly folder: string; readonly media: string; readonly tell: Tell },
	settings: Readonly<Record<string, string>>,
	work: (measuring: Measuring) => Promise<T>,
): Promise<T> => {
	const delays = keepingDelays(folder);
	await using server = await startServer({
		...delays,
		settings: { ...delays.settings, ...settings, HOLDFAST_MEDIA_ROOTS: media },
	});
	return await work({ server, person: await becomeOwner(server), folder, tell });
};

/** Without ffmpeg, so that nobody takes pictures out of films while rows are counted. */
const measureMany = async (folder: string, bases: Bases, files: number, tell: Tell) => {
	const media = join(folder, 'many');
	multiply(smallestOf(bases), media, files);
	tell(`made ${files} files`);
	const noTools = join(folder, 'no-tools');
	await mkdir(noTools);
	return withServer({ folder, media, tell }, { HOLDFAST_FFMPEG_DIR: noTools }, async (measuring) => {
		const large = await measureFirst(measuring, files);
		return { large, ...(await measureRescan(measuring)) };
	});
};

const measureYardsticks = async (folder: string, media: string, sample: readonly string[], tell: Tell) => {
	const probed = await probeEach(sample);
	tell(`ffprobe for each file: ${probed.toFixed(1)} files a second`);
	const dlna = await scanWithMinidlna(join(folder, 'minidlna'), media);
	const dlnaPerSecond = (dlna.files * 1_000) / dlna.elapsedMs;
	tell(`minidlna: ${dlna.files} files, ${Math.round(dlnaPerSecond)} a second`);
	return { probed, dlna, dlnaPerSecond };
};

export const scanBench: Bench = async (tell, { isSmall }) => {
	const { firstFiles, rescanFiles, probeFiles } = isSmall ? sizes.small : sizes.whole;
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-scan-'));
	try {
		const bases = await makeBases(join(folder, 'bases'));
		const first = join(folder, 'first');
		const paths = multiply(bases, first, firstFiles);
		tell(`made ${firstFiles} files`);
		const sample = paths.filter((_, index) => index % Math.floor(firstFiles / probeFiles) === 0);
		const { probed, dlna, dlnaPerSecond } = await measureYardsticks(folder, first, sample, tell);
		const place = { folder, media: first, tell };
		const small = await withServer(place, {}, (measuring) => measureFirst(measuring, firstFiles));
		await rm(first, { recursive: true, force: true });
		const many = await measureMany(folder, bases, rescanFiles, tell);
		const { large, rescanUnchangedMs, rescanRowsWritten } = many;
		return {
			name: 'scan',
			figures: {
				filesPerSecond: rounded(small.filesPerSecond),
				rescanUnchangedMs: rounded(rescanUnchangedMs),
				rescanRowsWritten,
				eventLoopDelayP99Ms: rounded(Math.max(small.delays.p99Ms, large.delays.p99Ms)),
				files: firstFiles,
				rescanFiles,
				filesPerCpuSecond: rounded(small.filesPerCpuSecond),
				filesPerSecondOfLarge: rounded(large.filesPerSecond),
				eventLoopDelayMaxMs: rounded(Math.max(small.delays.maxMs, large.delays.maxMs)),
			},
			yardstick: {
				ffprobeFilesPerSecond: rounded(probed),
				minidlnaFilesPerSecond: rounded(dlnaPerSecond),
				minidlnaFiles: dlna.files,
				minidlnaFilesPerCpuSecond: rounded(dlna.files / dlna.cpuSeconds),
			},
			ratio: {
				probe: rounded(small.filesPerSecond / probed, 2),
				scan: rounded(small.filesPerSecond / dlnaPerSecond, 2),
			},
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};
