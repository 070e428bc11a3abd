/**
 * Viewers without a picture: they fetch every segment of a packaged film, as fast as the server gives them.
 */
import { startPlayback, type ClientCapabilities, type PlaybackStart } from '@holdfast/contract/playback';
import type { Person } from '../owner.ts';
import { cpuSecondsOf } from '../process-costs.ts';

/** What Debian's Chromium says of itself. */
export const capabilities: ClientCapabilities = {
	directContainers: ['mp4', 'webm', 'mp3', 'flac', 'ogg', 'wav', 'adts'],
	videoCodecs: ['h264', 'vp8', 'vp9', 'av1'],
	audioCodecs: ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm'],
	segmentVideoCodecs: ['h264', 'vp9', 'av1'],
	segmentAudioCodecs: ['aac', 'mp3', 'opus', 'flac'],
	isTenBitH264Supported: false,
	heightMaxPx: 0,
	bitrateMaxBps: 0,
};

export const open = (person: Person, itemId: string, heightMaxPx = 0): Promise<PlaybackStart> =>
	person.call(startPlayback, {
		params: { itemId },
		body: { capabilities: { ...capabilities, heightMaxPx } },
	});

const bytesOf = async (person: Person, path: string): Promise<Uint8Array> => {
	const response = await person.fetch(path);
	const bytes = new Uint8Array(await response.arrayBuffer());
	if (!response.ok)
		throw new Error(`${path}: ${response.status} ${Buffer.from(bytes).toString('utf8', 0, 200)}`);
	return bytes;
};

const textOf = async (person: Person, path: string): Promise<string> =>
	Buffer.from(await bytesOf(person, path)).toString('utf8');

/** Addresses in a playlist, from the root. */
const addressesIn = (playlist: string, path: string): string[] =>
	[...playlist.matchAll(/^(?!#)(\S+)$|URI="([^"]+)"/gm)].map(
		([, plain, tagged]) => new URL(plain ?? tagged ?? '', `http://server${path}`).pathname,
	);

const playlistsOf = async (person: Person, plan: PlaybackStart): Promise<string[]> =>
	[...new Set(addressesIn(await textOf(person, plan.url), plan.url))].filter((path) =>
		path.endsWith('.m3u8'),
	);

/** From asking to play to the last byte of the first piece of picture. */
export const firstSegmentMs = async (person: Person, itemId: string, heightMaxPx = 0): Promise<number> => {
	const startedMs = performance.now();
	const plan = await open(person, itemId, heightMaxPx);
	const video = (await playlistsOf(person, plan)).find((path) => path.includes('/video/')) ?? '';
	const [init = '', first = ''] = addressesIn(await textOf(person, video), video);
	await Promise.all([bytesOf(person, init), bytesOf(person, first)]);
	return performance.now() - startedMs;
};

const watchAll = async (person: Person, itemId: string): Promise<number> => {
	const plan = await open(person, itemId);
	let bytes = 0;
	const tracks = await playlistsOf(person, plan);
	await Promise.all(
		tracks.map(async (path) => {
			for (const address of addressesIn(await textOf(person, path), path))
				bytes += (await bytesOf(person, address)).length;
		}),
	);
	return bytes;
};

/** How many films one core keeps going in real time, from the processor time that whole films cost. */
export const measureStreams = async (
	person: Person,
	pid: number,
	films: { readonly itemIds: readonly string[]; readonly seconds: number },
): Promise<{ perCore: number; megabitsPerSecond: number }> => {
	const cpuBefore = await cpuSecondsOf(pid);
	const bytes = await Promise.all(films.itemIds.map((itemId) => watchAll(person, itemId)));
	const cpuSeconds = (await cpuSecondsOf(pid)) - cpuBefore;
	const streamSeconds = films.itemIds.length * films.seconds;
	const all = bytes.reduce((sum, each) => sum + each, 0);
	return { perCore: streamSeconds / cpuSeconds, megabitsPerSecond: (all * 8) / 1e6 / streamSeconds };
};
