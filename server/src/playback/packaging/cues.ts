/** Reads the key-frame index (Cues) of Matroska and WebM without touching the clusters. */
import type { SourceFile } from '../source.ts';

const ids = {
	ebml: 0x1a45dfa3,
	segment: 0x18538067,
	seekHead: 0x114d9b74,
	seek: 0x4dbb,
	seekId: 0x53ab,
	seekPosition: 0x53ac,
	info: 0x1549a966,
	timestampScale: 0x2ad7b1,
	cluster: 0x1f43b675,
	cues: 0x1c53bb6b,
	cuePoint: 0xbb,
	cueTime: 0xb3,
	cueTrackPositions: 0xb7,
	cueTrack: 0xf7,
} as const;

/** Two hours with a key frame twice a second come to a few hundred kilobytes. */
const cuesBytesMax = 32 * 1024 * 1024;
const headBytes = 64 * 1024;
const nanosecondsPerSecond = 1e9;

interface Element {
	readonly id: number;
	readonly start: number;
	readonly payload: number;
	/** Null for the unknown length of a live recording. */
	readonly sizeBytes: number | null;
}

/** Reads one element header at `at`, or null where the bytes end or are none. */
const elementAt = (bytes: Buffer, at: number): Element | null => {
	const idLength = Math.clz32(bytes[at] ?? 0) - 23;
	if (idLength > 4 || at + idLength >= bytes.length) return null;
	const id = bytes.readUIntBE(at, idLength);
	const sizeAt = at + idLength;
	const first = bytes[sizeAt] ?? 0;
	const sizeLength = Math.clz32(first) - 23;
	if (sizeLength > 8 || sizeAt + sizeLength > bytes.length) return null;
	let sizeBytes = first & (0xff >> sizeLength);
	let isUnknown = sizeBytes === 0xff >> sizeLength;
	for (let index = 1; index < sizeLength; index += 1) {
		const byte = bytes[sizeAt + index] ?? 0;
		isUnknown &&= byte === 0xff;
		sizeBytes = sizeBytes * 256 + byte;
	}
	return { id, start: at, payload: sizeAt + sizeLength, sizeBytes: isUnknown ? null : sizeBytes };
};

const children = (bytes: Buffer, from: number, to: number): Element[] => {
	const found: Element[] = [];
	let at = from;
	while (at < to) {
		const element = elementAt(bytes, at);
		if (!element || element.sizeBytes === null) break;
		found.push(element);
		at = element.payload + element.sizeBytes;
	}
	return found;
};

const numberIn = (bytes: Buffer, element: Element): number => {
	const length = element.sizeBytes ?? 0;
	let value = 0;
	for (let index = 0; index < Math.min(length, 8); index += 1)
		value = value * 256 + (bytes[element.payload + index] ?? 0);
	return value;
};

interface Head {
	readonly cuesAt: number | null;
	readonly secondsPerTick: number;
}

const seekTarget = (bytes: Buffer, seekHead: Element): number | null => {
	for (const seek of children(bytes, seekHead.payload, seekHead.payload + (seekHead.sizeBytes ?? 0))) {
		const parts = children(bytes, seek.payload, seek.payload + (seek.sizeBytes ?? 0));
		const name = parts.find(({ id }) => id === ids.seekId);
		const position = parts.find(({ id }) => id === ids.seekPosition);
		if (name && position && numberIn(bytes, name) === ids.cues) return numberIn(bytes, position);
	}
	return null;
};

const readHead = (bytes: Buffer): Head | null => {
	const header = elementAt(bytes, 0);
	if (header?.id !== ids.ebml || header.sizeBytes === null) return null;
	const segment = elementAt(bytes, header.payload + header.sizeBytes);
	if (segment?.id !== ids.segment) return null;
	let cuesAt: number | null = null;
	let ticksNanoseconds = 1_000_000;
	for (const element of children(bytes, segment.payload, bytes.length)) {
		if (element.id === ids.cluster) break;
		const end = element.payload + (element.sizeBytes ?? 0);
		if (element.id === ids.cues) cuesAt = element.start;
		if (end > bytes.length) continue;
		if (element.id === ids.seekHead) {
			const target = seekTarget(bytes, element);
			if (target !== null) cuesAt = segment.payload + target;
		}
		const scale =
			element.id === ids.info &&
			children(bytes, element.payload, end).find(({ id }) => id === ids.timestampScale);
		if (scale) ticksNanoseconds = numberIn(bytes, scale) || ticksNanoseconds;
	}
	return { cuesAt, secondsPerTick: ticksNanoseconds / nanosecondsPerSecond };
};

const cueSeconds = (bytes: Buffer, cues: Element, trackNumber: number, secondsPerTick: number): number[] => {
	const times = new Set<number>();
	for (const point of children(bytes, cues.payload, cues.payload + (cues.sizeBytes ?? 0))) {
		const parts = children(bytes, point.payload, point.payload + (point.sizeBytes ?? 0));
		const time = parts.find(({ id }) => id === ids.cueTime);
		const isOfTrack = parts.some(
			(part) =>
				part.id === ids.cueTrackPositions &&
				children(bytes, part.payload, part.payload + (part.sizeBytes ?? 0)).some(
					(track) => track.id === ids.cueTrack && numberIn(bytes, track) === trackNumber,
				),
		);
		if (time && isOfTrack) times.add(numberIn(bytes, time));
	}
	return [...times].sort((a, b) => a - b).map((time) => time * secondsPerTick);
};

/**
 * Times of the key frames of a track in seconds, ascending, as its Cues say; null where there are none.
 * Never reads more than the head of the file and the Cues themselves.
 */
export const readCues = async (file: SourceFile, trackNumber: number): Promise<number[] | null> => {
	const head = readHead(Buffer.from(await file.readAt(0, Math.min(headBytes, file.sizeBytes))));
	if (!head || head.cuesAt === null || head.cuesAt < 0 || head.cuesAt >= file.sizeBytes) return null;
	const start = Buffer.from(
		await file.readAt(head.cuesAt, Math.min(headBytes, file.sizeBytes - head.cuesAt)),
	);
	const cues = elementAt(start, 0);
	if (cues?.id !== ids.cues || cues.sizeBytes === null || cues.sizeBytes > cuesBytesMax) return null;
	const lengthBytes = Math.min(cues.payload + cues.sizeBytes, file.sizeBytes - head.cuesAt);
	const whole =
		lengthBytes <= start.length ? start : Buffer.from(await file.readAt(head.cuesAt, lengthBytes));
	const seconds = cueSeconds(whole, cues, trackNumber, head.secondsPerTick);
	return seconds.length > 0 ? seconds : null;
};
