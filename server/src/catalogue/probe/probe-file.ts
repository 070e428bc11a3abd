/**
 * One file, from opening to an answer. Runs in a process of its own; what it throws nowhere reaches its
 * caller.
 */
import { hash } from 'node:crypto';
import { FileRefusal } from '../../platform/files/refusal.ts';
import { openBelowNow } from '../../platform/files/below.ts';
import type { FileFacts } from '../tables.ts';
import { type ByteWindow, openWindow } from './byte-window.ts';
import { readHeader } from './header.ts';
import { readPhoto } from './photo.ts';
import {
	type ProbeDamage,
	type ProbeFound,
	type ProbeJob,
	type ProbeResult,
	shortDetail,
} from './probe-job.ts';
import { type Sniffed, sniff } from './sniff.ts';
import { readTags, type TagsFound } from './tags.ts';

/** Most that is read of one file; a header that needs more is broken. */
const readBytesMax = 96 * 1024 * 1024;
const headBytes = 16 * 1024;

const damaged = (
	reason: ProbeDamage['reason'],
	detail: string | null,
	more: Partial<ProbeResult> = {},
): ProbeResult => ({ headHash: null, found: null, damage: { reason, detail }, demuxer: null, ...more });

const refusalReasons: Readonly<Record<FileRefusal['reason'], ProbeDamage['reason']>> = {
	absent: 'unreadable',
	outside: 'link-outside',
	'not-a-file': 'not-media',
	unreadable: 'unreadable',
	away: 'unreadable',
	busy: 'unreadable',
};

/** Containers whose headers are read in process; all others go to ffprobe. */
const ownContainers: ReadonlySet<string> = new Set([
	'mp4',
	'mov',
	'matroska',
	'mpegts',
	'mp3',
	'flac',
	'ogg',
	'wav',
	'adts',
]);

/** Names for the demuxer when the first bytes alone cannot say it. */
const demuxerOf: Readonly<Record<string, string>> = {
	mp4: 'mov',
	mov: 'mov',
	matroska: 'matroska',
	webm: 'matroska',
	mpegts: 'mpegts',
	mp3: 'mp3',
	flac: 'flac',
	ogg: 'ogg',
	wav: 'wav',
	adts: 'aac',
};

const bitrateOf = (sizeBytes: number, durationMs: number | null): number | null =>
	durationMs === null || durationMs < 100 ? null : Math.round((sizeBytes * 8000) / durationMs);

/** The end of the boxes that an MP4 or MOV says it has; more than the file's size means that it was cut. */
const isCutShort = (window: ByteWindow): boolean => {
	let position = 0;
	for (let count = 0; count < 256 && position + 8 <= window.sizeBytes; count += 1) {
		const head = Buffer.from(window.read(position, position + 16));
		let size = head.readUInt32BE(0);
		if (size === 1 && head.length === 16) size = Number(head.readBigUInt64BE(8));
		const name = head.toString('latin1', 4, 8);
		if (size === 0) return false;
		if (size < 8 || !/^[\x20-\x7e]{4}$/u.test(name)) return false;
		// A last `mdat` that claims a little too much is common and harmless.
		if (position + size > window.sizeBytes)
			return name === 'moov' || position + size > window.sizeBytes * 1.02 + 4096;
		position += size;
	}
	return false;
};

/** Common encryption marks its sample entries. @source ISO/IEC 23001-7 section 4 */
const isProtected = (window: ByteWindow, container: string): boolean => {
	if (container !== 'mp4' && container !== 'mov') return false;
	const head = Buffer.from(window.read(0, 60 * 1024));
	return ['cenc', 'cbcs', 'cbc1', 'cens'].some((scheme) => head.includes(`schm\0\0\0\0${scheme}`));
};

const probeOwn = async (
	window: ByteWindow,
	job: ProbeJob,
	sniffed: Extract<Sniffed, { kind: 'media' }>,
): Promise<ProbeResult> => {
	const isMusic = job.libraryKind === 'music';
	const tagsWanted = isMusic ? readTags(window).catch(() => null) : Promise.resolve(null);
	try {
		const header = await readHeader(window, !isMusic && sniffed.container !== 'mpegts');
		const tags = await tagsWanted;
		if (header.isEncrypted || isProtected(window, header.container)) return damaged('encrypted', null);
		const durationMs = header.durationMs ?? tags?.durationMs ?? null;
		const found: ProbeFound = {
			container: header.container,
			durationMs,
			bitrateBps: bitrateOf(window.sizeBytes, durationMs),
			streams: header.streams,
			facts: factsOf(tags, header.hasPicture, header.title),
		};
		const demuxer = header.isPartial ? (demuxerOf[header.container] ?? sniffed.demuxer) : null;
		const isPlayable = header.streams.some(({ kind }) => kind !== 'subtitle');
		if (!isPlayable) {
			const hint = isCutShort(window) ? 'truncated' : 'header-broken';
			return damaged(hint, 'No track was found.', {
				found: { ...found },
				demuxer: demuxer ?? sniffed.demuxer,
			});
		}
		if (isCutShort(window) && durationMs === null) return damaged('truncated', null, { demuxer });
		return { headHash: null, found, damage: null, demuxer };
	} catch (error) {
		await tagsWanted;
		const reason = isCutShort(window) ? 'truncated' : 'header-broken';
		return damaged(reason, shortDetail(error), { demuxer: sniffed.demuxer });
	}
};

const factsOf = (tags: TagsFound | null, hasPicture: boolean, title: string | undefined): FileFacts => ({
	...(tags ? { music: tags.music } : {}),
	...(tags?.hasPicture || hasPicture ? { hasPicture: true } : {}),
	...(title === undefined ? {} : { title }),
});

/**
 * Songs in containers that only the tag reader opens: it knows enough to list them; ffprobe adds the rest.
 */
const probeByTags = async (
	window: ByteWindow,
	sniffed: Extract<Sniffed, { kind: 'media' }>,
): Promise<ProbeResult> => {
	try {
		const tags = await readTags(window);
		const found: ProbeFound = {
			container: sniffed.container,
			durationMs: tags.durationMs,
			bitrateBps: bitrateOf(window.sizeBytes, tags.durationMs),
			streams: tags.stream ? [tags.stream] : [],
			facts: factsOf(tags, false, undefined),
		};
		const damage = tags.stream ? null : ({ reason: 'header-broken', detail: 'No track was found.' } as const);
		return { headHash: null, found, damage, demuxer: sniffed.demuxer };
	} catch (error) {
		return damaged('header-broken', shortDetail(error), { demuxer: sniffed.demuxer });
	}
};

const probePhoto = async (window: ByteWindow, container: string): Promise<ProbeResult> => {
	try {
		const { photo } = await readPhoto(window, container);
		const found = { container, durationMs: null, bitrateBps: null, streams: [], facts: { photo } };
		return { headHash: null, found, damage: null, demuxer: null };
	} catch (error) {
		if (container === 'jxl') return probeJxl(window);
		return damaged('header-broken', shortDetail(error));
	}
};

/**
 * JPEG XL, whose decoder is not at hand: listed with the size that its header says. @source ISO/IEC 18181-1
 * D.2
 */
const probeJxl = (window: ByteWindow): ProbeResult => {
	const head = Buffer.from(window.read(0, 64 * 1024));
	const start = head[0] === 0xff ? 0 : head.indexOf(Buffer.from([0xff, 0x0a]));
	if (start === -1) return damaged('header-broken', 'The picture has no size.');
	let position = (start + 2) * 8;
	const bits = (count: number): number => {
		let value = 0;
		for (let index = 0; index < count; index += 1, position += 1) {
			value += (((head[position >> 3] ?? 0) >> (position & 7)) & 1) * 2 ** index;
		}
		return value;
	};
	const length = (isSmall: boolean): number =>
		isSmall ? (bits(5) + 1) * 8 : bits([9, 13, 18, 30][bits(2)] ?? 9) + 1;
	const isSmall = bits(1) === 1;
	const heightPx = length(isSmall);
	const ratio = bits(3);
	const ratios = [0, 1, 1.2, 4 / 3, 1.5, 16 / 9, 1.25, 2];
	const widthPx = ratio === 0 ? length(isSmall) : Math.round(heightPx * (ratios[ratio] ?? 1));
	const found = {
		container: 'jxl',
		durationMs: null,
		bitrateBps: null,
		streams: [],
		facts: { photo: { widthPx, heightPx } },
	};
	return { headHash: null, found, damage: null, demuxer: null };
};

const probeOpened = async (window: ByteWindow, job: ProbeJob): Promise<ProbeResult> => {
	if (window.sizeBytes === 0) return damaged('empty', null);
	const sniffed = sniff(window.read(0, headBytes));
	if (sniffed.kind === 'refers-elsewhere') return damaged('refers-elsewhere', null);
	if (sniffed.kind === 'picture') {
		if (job.libraryKind !== 'photos')
			return damaged('not-media', 'A picture where a film or a song was expected.');
		return probePhoto(window, sniffed.container);
	}
	if (sniffed.kind === 'media' && !ownContainers.has(sniffed.container)) return probeByTags(window, sniffed);
	if (sniffed.kind === 'media') return probeOwn(window, job, sniffed);
	return probeUnknown(window, job);
};

/** No signature: some songs begin with padding, so the readers that search may still find frames. */
const probeUnknown = async (window: ByteWindow, job: ProbeJob): Promise<ProbeResult> => {
	const isZero = window.read(0, 4096).every((byte) => byte === 0);
	const guess = { kind: 'media', container: 'mp3', demuxer: 'mp3' } as const;
	const tried = isZero ? null : await probeOwn(window, job, guess);
	if (tried?.found && !tried.damage) return tried;
	return damaged('not-media', null);
};

/** Probes one file. Always answers. */
export const probeFile = async (job: ProbeJob): Promise<ProbeResult> => {
	try {
		using file = openBelowNow(job.rootPath, job.relativePath);
		using window = openWindow(file.descriptor, file.sizeBytes, readBytesMax);
		const head = window.read(0, headBytes);
		const headHash = hash('sha256', Buffer.concat([Buffer.from(`${file.sizeBytes}:`), head]), 'base64url');
		return { ...(await probeOpened(window, job)), headHash };
	} catch (error) {
		if (error instanceof FileRefusal) return damaged(refusalReasons[error.reason], null);
		return damaged('unreadable', shortDetail(error));
	}
};
