/** Brings packets into the form MP4 wants: length-prefixed NAL units, AAC without ADTS headers. */

/** How packets lie in the source. */
export type Framing = 'as-is' | 'start-codes' | 'adts';

/** Offsets of every start code (00 00 01) in `data`. */
const startCodesIn = (data: Buffer): number[] => {
	const found: number[] = [];
	for (
		let at = data.indexOf('\0\0\u0001', 0, 'latin1');
		at !== -1;
		at = data.indexOf('\0\0\u0001', at + 3, 'latin1')
	) {
		found.push(at);
	}
	return found;
};

const withoutTrailingZeroes = (data: Buffer): Buffer => {
	let end = data.length;
	while (end > 0 && data[end - 1] === 0) end -= 1;
	return data.subarray(0, end);
};

/** Annex B to four-byte lengths (14496-15). */
export const lengthPrefixed = (packet: Uint8Array): Uint8Array => {
	const data = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
	const starts = startCodesIn(data);
	const parts: Buffer[] = [];
	starts.forEach((start, index) => {
		const unit = withoutTrailingZeroes(data.subarray(start + 3, starts[index + 1] ?? data.length));
		if (unit.length === 0) return;
		const length = Buffer.alloc(4);
		length.writeUInt32BE(unit.length);
		parts.push(length, unit);
	});
	return Buffer.concat(parts);
};

/** 13818-7 6.2: seven bytes, nine with a checksum. */
export const withoutAdtsHeader = (packet: Uint8Array): Uint8Array => {
	const isAdts = packet[0] === 0xff && ((packet[1] ?? 0) & 0xf6) === 0xf0;
	if (!isAdts) return packet;
	return packet.subarray(((packet[1] ?? 0) & 1) === 1 ? 7 : 9);
};

export const unframe = (packet: Uint8Array, framing: Framing): Uint8Array => {
	if (framing === 'start-codes') return lengthPrefixed(packet);
	return framing === 'adts' ? withoutAdtsHeader(packet) : packet;
};
