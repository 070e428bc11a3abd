/**
 * The boxes of a media fragment (ISO/IEC 14496-12: styp, moof, mdat) and the few reads that packaging
 * needs of boxes others wrote. Pure functions over bytes.
 */

export interface Sample {
	readonly data: Uint8Array;
	readonly durationUnits: number;
	/**
	 * Presentation minus decode time; negative where a frame is shown before it would be its turn to decode.
	 */
	readonly compositionUnits: number;
	readonly isKey: boolean;
}

export interface Fragment {
	readonly sequenceNumber: number;
	readonly decodeTimeUnits: number;
	readonly samples: readonly Sample[];
}

/**
 * Flags of 14496-12 8.8.3.1: "depends on no other" for key samples, "depends on others, is no sync sample"
 * else.
 */
const keySampleFlags = 0x02000000;
const deltaSampleFlags = 0x01010000;

const box = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
	const sizeBytes = parts.reduce((sum, part) => sum + part.length, 8);
	const head = Buffer.alloc(8);
	head.writeUInt32BE(sizeBytes, 0);
	head.write(type, 4, 'latin1');
	return Buffer.concat([head, ...parts], sizeBytes);
};

const words = (...values: readonly number[]): Buffer => {
	const bytes = Buffer.alloc(values.length * 4);
	for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
	return bytes;
};

const fullBox = (type: string, version: number, flags: number, ...parts: readonly Uint8Array[]): Buffer =>
	box(type, words(version * 0x1000000 + flags), ...parts);

const decodeTimeBox = (decodeTimeUnits: number): Buffer => {
	const time = Buffer.alloc(8);
	time.writeBigUInt64BE(BigInt(decodeTimeUnits));
	return fullBox('tfdt', 1, 0, time);
};

const runBox = (samples: readonly Sample[], dataOffsetBytes: number): Buffer => {
	const entries = Buffer.alloc(samples.length * 16);
	samples.forEach((sample, index) => {
		const at = index * 16;
		entries.writeUInt32BE(sample.durationUnits, at);
		entries.writeUInt32BE(sample.data.length, at + 4);
		entries.writeUInt32BE(sample.isKey ? keySampleFlags : deltaSampleFlags, at + 8);
		entries.writeInt32BE(sample.compositionUnits, at + 12);
	});
	return fullBox('trun', 1, 0x000f01, words(samples.length, dataOffsetBytes), entries);
};

/** One media segment of track 1: `styp`, `moof`, `mdat`. The same samples give the same bytes. */
export const writeFragment = ({ sequenceNumber, decodeTimeUnits, samples }: Fragment): Uint8Array => {
	const type = box('styp', Buffer.from('msdh', 'latin1'), words(0), Buffer.from('msdhmsix', 'latin1'));
	const header = (dataOffsetBytes: number): Buffer =>
		box(
			'moof',
			fullBox('mfhd', 0, 0, words(sequenceNumber)),
			box(
				'traf',
				fullBox('tfhd', 0, 0x020000, words(1)),
				decodeTimeBox(decodeTimeUnits),
				runBox(samples, dataOffsetBytes),
			),
		);
	const moof = header(header(0).length + 8);
	const payloadBytes = samples.reduce((sum, { data }) => sum + data.length, 0);
	const mdat = words(payloadBytes + 8, 0x6d646174);
	return Buffer.concat([type, moof, mdat, ...samples.map(({ data }) => data)]);
};

export interface Box {
	readonly type: string;
	/** Of the whole box and of its payload, in `bytes`. */
	readonly start: number;
	readonly payload: number;
	readonly end: number;
}

/** The boxes between `from` and `to`; stops in front of one that is not all there. */
export const boxesIn = (bytes: Buffer, from = 0, to = bytes.length): Box[] => {
	const found: Box[] = [];
	let at = from;
	while (at + 8 <= to) {
		const short = bytes.readUInt32BE(at);
		if (short === 1 && at + 16 > to) break;
		const sizeBytes = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
		const payload = at + (short === 1 ? 16 : 8);
		if (sizeBytes < payload - at || at + sizeBytes > to) break;
		found.push({ type: bytes.toString('latin1', at + 4, at + 8), start: at, payload, end: at + sizeBytes });
		at += sizeBytes;
	}
	return found;
};

/** The first box at a path such as `moov/trak/mdia/mdhd`, or null. */
export const findBox = (bytes: Buffer, path: string): Box | null => {
	let from = 0;
	let to = bytes.length;
	let last: Box | null = null;
	for (const type of path.split('/')) {
		last = boxesIn(bytes, from, to).find((candidate) => candidate.type === type) ?? null;
		if (!last) return null;
		from = last.payload;
		to = last.end;
	}
	return last;
};

const timescaleOffset = (bytes: Buffer): number => {
	const header = findBox(bytes, 'moov/trak/mdia/mdhd');
	if (!header) throw new Error('initialisation segment without a media header');
	return header.payload + (bytes[header.payload] === 1 ? 20 : 12);
};

/** Units a second of the first track. */
export const timescaleOf = (init: Buffer): number => init.readUInt32BE(timescaleOffset(init));

/** The same initialisation segment with other units a second. */
export const withTimescale = (init: Buffer, unitsPerSecond: number): Buffer => {
	const copy = Buffer.from(init);
	copy.writeUInt32BE(unitsPerSecond, timescaleOffset(copy));
	return copy;
};

/** The same initialisation segment without its edit list: times are put right in the fragments. */
export const withoutEditList = (init: Buffer): Buffer => {
	const edits = findBox(init, 'moov/trak/edts');
	if (!edits) return init;
	const lengthBytes = edits.end - edits.start;
	const copy = Buffer.from(init);
	for (const path of ['moov', 'moov/trak']) {
		const outer = findBox(init, path);
		if (outer) copy.writeUInt32BE(outer.end - outer.start - lengthBytes, outer.start);
	}
	return Buffer.concat([copy.subarray(0, edits.start), copy.subarray(edits.end)]);
};

export interface ReadSample extends Sample {
	readonly decodeTimeUnits: number;
}

/** Absent where the track defaults say it; -1 is never a real value. */
const optional = (bytes: Buffer, isThere: boolean, at: number, fallback: number): number =>
	isThere ? bytes.readUInt32BE(at) : fallback;

interface Defaults {
	durationUnits: number;
	sizeBytes: number;
	flags: number;
}

const readTrackDefaults = (bytes: Buffer, header: Box): Defaults => {
	const flags = bytes.readUIntBE(header.payload + 1, 3);
	let at = header.payload + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0);
	const defaults: Defaults = { durationUnits: 0, sizeBytes: 0, flags: 0 };
	const take = (bit: number): number => {
		const value = optional(bytes, (flags & bit) !== 0, at, 0);
		if (flags & bit) at += 4;
		return value;
	};
	defaults.durationUnits = take(0x08);
	defaults.sizeBytes = take(0x10);
	defaults.flags = take(0x20);
	return defaults;
};

const readRun = (
	bytes: Buffer,
	run: Box,
	moof: Box,
	defaults: Defaults,
	startUnits: number,
): ReadSample[] => {
	const flags = bytes.readUIntBE(run.payload + 1, 3);
	const count = bytes.readUInt32BE(run.payload + 4);
	let at = run.payload + 8;
	let dataAt = moof.start + (flags & 1 ? bytes.readInt32BE(at) : moof.end - moof.start + 8);
	if (flags & 1) at += 4;
	const firstFlags = flags & 4 ? bytes.readUInt32BE(at) : null;
	if (flags & 4) at += 4;
	const samples: ReadSample[] = [];
	let decodeTimeUnits = startUnits;
	for (let index = 0; index < count; index += 1) {
		const durationUnits = optional(bytes, (flags & 0x100) !== 0, at, defaults.durationUnits);
		if (flags & 0x100) at += 4;
		const sizeBytes = optional(bytes, (flags & 0x200) !== 0, at, defaults.sizeBytes);
		if (flags & 0x200) at += 4;
		let sampleFlags = optional(bytes, (flags & 0x400) !== 0, at, defaults.flags);
		if (flags & 0x400) at += 4;
		else if (index === 0 && firstFlags !== null) sampleFlags = firstFlags;
		const compositionUnits = flags & 0x800 ? bytes.readInt32BE(at) : 0;
		if (flags & 0x800) at += 4;
		const data = bytes.subarray(dataAt, dataAt + sizeBytes);
		const isKey = (sampleFlags & 0x00010000) === 0;
		samples.push({ data, durationUnits, compositionUnits, isKey, decodeTimeUnits });
		decodeTimeUnits += durationUnits;
		dataAt += sizeBytes;
	}
	return samples;
};

/** The samples of the first track of one `moof` with its `mdat`, as an encoder wrote them. */
export const readFragment = (bytes: Buffer): ReadSample[] => {
	const moof = boxesIn(bytes).find(({ type }) => type === 'moof');
	if (!moof) return [];
	const traf = boxesIn(bytes, moof.payload, moof.end).find(({ type }) => type === 'traf');
	if (!traf) return [];
	const parts = boxesIn(bytes, traf.payload, traf.end);
	const header = parts.find(({ type }) => type === 'tfhd');
	const time = parts.find(({ type }) => type === 'tfdt');
	if (!header || !time) return [];
	const isLong = bytes[time.payload] === 1;
	// Encoders write priming before zero as a negative number, though the field has no sign.
	let startUnits = isLong
		? Number(bytes.readBigInt64BE(time.payload + 4))
		: bytes.readUInt32BE(time.payload + 4);
	const samples: ReadSample[] = [];
	for (const run of parts.filter(({ type }) => type === 'trun')) {
		const read = readRun(bytes, run, moof, readTrackDefaults(bytes, header), startUnits);
		samples.push(...read);
		const last = read.at(-1);
		if (last) startUnits = last.decodeTimeUnits + last.durationUnits;
	}
	return samples;
};
