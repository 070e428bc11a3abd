/** The track list of a Matroska file, for what the main reader leaves out: subtitles, frame rates, flags. */
import type { ByteWindow } from './byte-window.ts';

export interface MatroskaTrack {
	/** Position in the file's own list, as ffmpeg counts. */
	readonly index: number;
	readonly kind: 'video' | 'audio' | 'subtitle' | 'other';
	readonly codecId: string;
	readonly language: string | null;
	readonly title: string | null;
	readonly isDefault: boolean;
	readonly isForced: boolean;
	readonly frameRate: number | null;
	readonly isEncrypted: boolean;
}

/** EBML ids. @source RFC 9559 section 5 */
const ids = {
	segment: 0x18538067,
	tracks: 0x1654ae6b,
	cluster: 0x1f43b675,
	entry: 0xae,
	type: 0x83,
	codec: 0x86,
	language: 0x22b59c,
	languageBcp47: 0x22b59d,
	name: 0x536e,
	isDefault: 0x88,
	isForced: 0x55aa,
	frameNs: 0x23e383,
	encodings: 0x6d80,
	encoding: 0x6240,
	encryption: 0x5035,
} as const;

const kinds: Readonly<Record<number, MatroskaTrack['kind']>> = { 1: 'video', 2: 'audio', 17: 'subtitle' };

interface Element {
	readonly id: number;
	readonly start: number;
	/** Exclusive; the end of the file where the size is unknown. */
	readonly end: number;
}

const readVarint = (
	bytes: Uint8Array,
	at: number,
	keepsMarker: boolean,
): { value: number; length: number } | null => {
	const first = bytes[at];
	if (first === undefined || first === 0) return null;
	const length = Math.clz32(first) - 23;
	if (length > 8 || at + length > bytes.length) return null;
	let value = keepsMarker ? first : first & (0xff >> length);
	for (let index = 1; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
	return { value, length };
};

const elementAt = (window: ByteWindow, position: number, end: number): Element | null => {
	const head = window.read(position, Math.min(position + 16, end));
	const id = readVarint(head, 0, true);
	const size = id && readVarint(head, id.length, false);
	if (!id || !size) return null;
	const start = position + id.length + size.length;
	const isUnknown = size.value >= 2 ** (7 * size.length) - 1;
	return { id: id.value, start, end: isUnknown ? end : Math.min(start + size.value, end) };
};

/** Most elements that are looked at on one level: a hostile file does not keep us. */
const elementsMax = 2_000;

function* elementsIn(window: ByteWindow, start: number, end: number): Generator<Element> {
	let position = start;
	for (let count = 0; count < elementsMax && position < end; count += 1) {
		const element = elementAt(window, position, end);
		if (!element || element.end <= position) return;
		yield element;
		position = element.end;
	}
}

const numberOf = (window: ByteWindow, { start, end }: Element): number =>
	window.read(start, Math.min(end, start + 8)).reduce((value, byte) => value * 256 + byte, 0);
const textOf = (window: ByteWindow, { start, end }: Element): string =>
	Buffer.from(window.read(start, Math.min(end, start + 400)))
		.toString('utf8')
		.replace(/\0.*$/su, '');

const isEncrypted = (window: ByteWindow, encodings: Element): boolean => {
	for (const encoding of elementsIn(window, encodings.start, encodings.end)) {
		if (encoding.id !== ids.encoding) continue;
		for (const part of elementsIn(window, encoding.start, encoding.end))
			if (part.id === ids.encryption) return true;
	}
	return false;
};

const trackOf = (window: ByteWindow, entry: Element, index: number): MatroskaTrack => {
	const seen = new Map<number, Element>();
	for (const part of elementsIn(window, entry.start, entry.end)) seen.set(part.id, part);
	const number = (id: number, fallback: number): number => {
		const element = seen.get(id);
		return element ? numberOf(window, element) : fallback;
	};
	const text = (id: number): string | null => {
		const element = seen.get(id);
		const value = element ? textOf(window, element).trim() : '';
		return value === '' ? null : value;
	};
	const frameNs = number(ids.frameNs, 0);
	const encodings = seen.get(ids.encodings);
	return {
		index,
		kind: kinds[number(ids.type, 0)] ?? 'other',
		codecId: text(ids.codec) ?? 'unknown',
		language: text(ids.languageBcp47) ?? text(ids.language),
		title: text(ids.name),
		isDefault: number(ids.isDefault, 1) === 1,
		isForced: number(ids.isForced, 0) === 1,
		frameRate: frameNs > 0 ? Math.round(1e12 / frameNs) / 1000 : null,
		isEncrypted: encodings !== undefined && isEncrypted(window, encodings),
	};
};

/** Every track in file order; empty where the list does not stand before the first frames. */
export const matroskaTracks = (window: ByteWindow): MatroskaTrack[] => {
	for (const top of elementsIn(window, 0, window.sizeBytes)) {
		if (top.id !== ids.segment) continue;
		for (const part of elementsIn(window, top.start, top.end)) {
			if (part.id === ids.cluster) return [];
			if (part.id !== ids.tracks) continue;
			const entries = [...elementsIn(window, part.start, part.end)].filter(({ id }) => id === ids.entry);
			return entries.map((entry, index) => trackOf(window, entry, index));
		}
	}
	return [];
};
