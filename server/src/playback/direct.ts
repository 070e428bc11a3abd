/** The file as it is, with byte ranges (RFC 9110 section 14). */
import { createHash } from 'node:crypto';
import { Fault } from '../platform/fault.ts';
import type { OpenFile } from '../platform/files/below.ts';
import type { ByteReply } from '../platform/http/mount.ts';

export interface RangeRequest {
	readonly range: string | null;
	readonly ifRange: string | null;
	readonly ifNoneMatch: string | null;
}

export interface ByteRange {
	readonly start: number;
	readonly endExclusive: number;
}

/** Strong: size, time and inode change with the content for every way in which files are replaced. */
export const entityTagOf = (file: Pick<OpenFile, 'sizeBytes' | 'modifiedAtMs' | 'inode'>): string => {
	const text = `${file.sizeBytes}:${file.modifiedAtMs}:${file.inode}`;
	return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
};

/**
 * What a `Range` header asks for: `whole` where it is absent, not understood or names several ranges (a
 * server may answer those with everything), `unsatisfiable` where it lies past the end.
 */
export const parseRange = (
	header: string | null,
	sizeBytes: number,
): ByteRange | 'whole' | 'unsatisfiable' => {
	const match = header === null ? null : /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header);
	const [, first = '', last = ''] = match ?? [];
	if (!match || (first === '' && last === '')) return 'whole';
	if (first === '') {
		const suffixBytes = Math.min(Number(last), sizeBytes);
		if (suffixBytes === 0) return 'unsatisfiable';
		return { start: sizeBytes - suffixBytes, endExclusive: sizeBytes };
	}
	const start = Number(first);
	if (last !== '' && Number(last) < start) return 'whole';
	if (start >= sizeBytes) return 'unsatisfiable';
	return { start, endExclusive: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
};

const mimeTypes: ReadonlyMap<string, { video: string; audio: string }> = new Map(
	Object.entries({
		mp4: { video: 'video/mp4', audio: 'audio/mp4' },
		webm: { video: 'video/webm', audio: 'audio/webm' },
		mp3: { video: 'audio/mpeg', audio: 'audio/mpeg' },
		flac: { video: 'audio/flac', audio: 'audio/flac' },
		ogg: { video: 'video/ogg', audio: 'audio/ogg' },
		wav: { video: 'audio/wav', audio: 'audio/wav' },
		adts: { video: 'audio/aac', audio: 'audio/aac' },
	}),
);

/** From the container that was found, never from a name. */
export const mimeTypeOf = (container: string, kind: 'video' | 'audio'): string =>
	mimeTypes.get(container)?.[kind] ?? 'application/octet-stream';

const isUnchanged = (header: string | null, tag: string): boolean =>
	(header ?? '').split(',').some((entry) => entry.trim().replace(/^W\//, '') === tag || entry.trim() === '*');

/**
 * Answers with `file`, which is taken over: closed when the body ends, is destroyed, or at once where
 * none is sent.
 *
 * @throws playback.range.unsatisfiable with `sizeBytes`
 */
export const answerDirect = async (
	file: OpenFile,
	asked: RangeRequest,
	options: { mimeType: string; signal: AbortSignal },
): Promise<ByteReply> => {
	const tag = entityTagOf(file);
	const headers = {
		'accept-ranges': 'bytes',
		'cache-control': 'private, no-cache',
		'content-type': options.mimeType,
		etag: tag,
		'x-content-type-options': 'nosniff',
		'content-security-policy': 'sandbox',
	};
	if (isUnchanged(asked.ifNoneMatch, tag)) {
		await file[Symbol.asyncDispose]();
		return { status: 304, headers, body: null };
	}
	const isRangeWanted = asked.ifRange === null || asked.ifRange.trim() === tag;
	const range = isRangeWanted ? parseRange(asked.range, file.sizeBytes) : 'whole';
	if (range === 'unsatisfiable') {
		await file[Symbol.asyncDispose]();
		throw new Fault('playback.range.unsatisfiable', { detail: { sizeBytes: file.sizeBytes } });
	}
	const span = range === 'whole' ? { start: 0, endExclusive: file.sizeBytes } : range;
	const body = file.stream(span);
	const cut = (): void => void body.destroy();
	options.signal.addEventListener('abort', cut, { once: true });
	body.once('close', () => options.signal.removeEventListener('abort', cut));
	if (options.signal.aborted) cut();
	const length = { 'content-length': String(span.endExclusive - span.start) };
	if (range === 'whole') return { status: 200, headers: { ...headers, ...length }, body };
	const place = `bytes ${span.start}-${span.endExclusive - 1}/${file.sizeBytes}`;
	return { status: 206, headers: { ...headers, ...length, 'content-range': place }, body };
};
