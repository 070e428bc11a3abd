/** Tags of songs, whatever the container; names and folders are only asked where these say nothing. */
import { parseBlob } from 'music-metadata';
import type { FileFacts } from '../tables.ts';
import type { MediaStream } from '../values.ts';
import type { ByteWindow } from './byte-window.ts';
import { safeText } from './probe-job.ts';
import { shortCodec } from './codec-strings.ts';

export interface TagsFound {
	readonly music: NonNullable<FileFacts['music']>;
	readonly hasPicture: boolean;
	readonly durationMs: number | null;
	readonly container: string | null;
	/** The one track as tags know it, for containers that no other reader opens. */
	readonly stream: MediaStream | null;
}

/** The part of a Blob that the tag reader uses, over our window. */
export const blobOver = (window: ByteWindow): Blob => {
	const slice = (start = 0, end = window.sizeBytes) => {
		const bytes = window.read(start, end);
		return { size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) };
	};
	return { size: window.sizeBytes, type: '', slice } as unknown as Blob;
};

const texts = (values: readonly unknown[] | undefined): string[] | undefined => {
	const found = (values ?? []).map((value) => safeText(value)).filter((value) => value !== undefined);
	return found.length === 0 ? undefined : [...new Set(found)].slice(0, 16);
};

const positive = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 10_000 ? value : undefined;

/** Leaves out what is undefined, so that stored facts are small. */
const compact = <T extends object>(value: T): T =>
	Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;

/** Reads tags. Throws where there is nothing it knows. */
export const readTags = async (window: ByteWindow): Promise<TagsFound> => {
	const { common, format } = await parseBlob(blobOver(window), { skipCovers: false, duration: false });
	const seconds = format.duration;
	const music = compact({
		title: safeText(common.title),
		artists: texts(common.artists ?? (common.artist === undefined ? undefined : [common.artist])),
		albumArtist: safeText(common.albumartist),
		album: safeText(common.album),
		track: positive(common.track?.no),
		disc: positive(common.disk?.no),
		year: positive(common.originalyear ?? common.year),
		genres: texts(common.genre),
		isCompilation: common.compilation === true ? true : undefined,
	}) as TagsFound['music'];
	return {
		music,
		hasPicture: (common.picture ?? []).some((picture) => picture.data.length > 0),
		durationMs:
			seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : null,
		container: format.container ?? null,
		stream: format.hasAudio === false || format.codec === undefined ? null : streamOf(format),
	};
};

const streamOf = (format: {
	codec?: string;
	numberOfChannels?: number;
	sampleRate?: number;
	bitrate?: number;
}): MediaStream => ({
	index: 0,
	kind: 'audio',
	codec: shortCodec(format.codec ?? 'unknown'),
	codecString: null,
	profile: null,
	level: null,
	bitDepth: null,
	widthPx: null,
	heightPx: null,
	frameRate: null,
	channels: format.numberOfChannels ?? null,
	sampleRateHz: format.sampleRate ?? null,
	bitrateBps:
		format.bitrate === undefined || !Number.isFinite(format.bitrate) ? null : Math.round(format.bitrate),
	language: null,
	title: null,
	isDefault: true,
	isForced: false,
	transfer: null,
});
