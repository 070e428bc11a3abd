/**
 * Cuts one segment of one track out of an opened source: the samples of a span of time, as an MP4 fragment.
 */
import type { EncodedPacket } from 'mediabunny';
import { type Sample, writeFragment } from './boxes.ts';
import { unframe } from './framing.ts';
import { type Grid, spanOf } from './grid.ts';
import type { OpenedSource, PackagedTrack } from './opened-source.ts';

/** A damaged index must not gather a whole film into memory. */
const segmentBytesMax = 192 * 1024 * 1024;
/** Less than any frame lasts, more than any rounding of milliseconds. */
const toleranceSeconds = 0.0008;

interface Span {
	/** In source time. */
	readonly fromSeconds: number;
	readonly toSeconds: number;
}

const gather = async (
	track: PackagedTrack,
	first: EncodedPacket | null,
	isPast: (packet: EncodedPacket) => boolean,
): Promise<EncodedPacket[]> => {
	const packets: EncodedPacket[] = [];
	let sizeBytes = 0;
	let packet = first;
	while (packet && !isPast(packet)) {
		packets.push(packet);
		sizeBytes += packet.byteLength;
		if (sizeBytes > segmentBytesMax) throw new Error('segment larger than the bound');
		packet = await track.sink.getNextPacket(packet);
	}
	return packets;
};

const videoPackets = async (track: PackagedTrack, span: Span): Promise<EncodedPacket[]> => {
	const { sink } = track;
	const isFirst = span.fromSeconds === Number.NEGATIVE_INFINITY;
	const first = isFirst
		? await sink.getFirstKeyPacket()
		: await sink.getKeyPacket(span.fromSeconds + toleranceSeconds);
	const isPast = (packet: EncodedPacket): boolean =>
		packet.type === 'key' && packet.timestamp >= span.toSeconds - toleranceSeconds;
	return gather(track, first, isPast);
};

const audioPackets = async (track: PackagedTrack, span: Span): Promise<EncodedPacket[]> => {
	const { sink } = track;
	const isEarly = (packet: EncodedPacket | null): packet is EncodedPacket =>
		packet !== null && packet.timestamp < span.fromSeconds - toleranceSeconds;
	let first = span.fromSeconds === Number.NEGATIVE_INFINITY ? null : await sink.getPacket(span.fromSeconds);
	first ??= await sink.getFirstPacket();
	while (isEarly(first)) first = await sink.getNextPacket(first);
	return gather(track, first, (packet) => packet.timestamp >= span.toSeconds - toleranceSeconds);
};

/**
 * Duration of the last sample, as nothing after it says: its own, else up to the next segment, else like the
 * one before.
 */
const lastDuration = (
	packets: readonly EncodedPacket[],
	times: readonly number[],
	endUnits: number,
	perSecond: number,
): number => {
	const last = times.at(-1) ?? 0;
	const before = times.length > 1 ? last - (times.at(-2) ?? 0) : 0;
	const own = Math.round(Math.max(0, ...packets.slice(-4).map(({ duration }) => duration)) * perSecond);
	const usual = own || before || Math.round(perSecond / 25);
	const gap = endUnits - last;
	return Math.max(1, gap > 0 && gap < usual * 2 ? gap : usual);
};

/**
 * Decode times are the presentation times in ascending order, so that they need nothing of the
 * neighbouring segments; composition offsets put frames back into their places and may be negative
 * (14496-12 8.8.8, version 1).
 */
const toSamples = (
	track: PackagedTrack,
	packets: readonly EncodedPacket[],
	originSeconds: number,
	endSeconds: number,
): { decodeTimeUnits: number; samples: Sample[] } => {
	const units = (seconds: number): number => Math.round((seconds - originSeconds) * track.unitsPerSecond);
	const shown = packets.map(({ timestamp }) => Math.max(0, units(timestamp)));
	const decode = [...shown].sort((a, b) => a - b);
	const endUnits = Number.isFinite(endSeconds) ? units(endSeconds) : 0;
	const samples = packets.map((packet, index): Sample => {
		const at = decode[index] ?? 0;
		const next = decode[index + 1];
		const durationUnits =
			next === undefined ? lastDuration(packets, decode, endUnits, track.unitsPerSecond) : next - at;
		return {
			data: unframe(packet.data, track.framing),
			durationUnits,
			compositionUnits: (shown[index] ?? at) - at,
			isKey: packet.type === 'key',
		};
	});
	return { decodeTimeUnits: decode[0] ?? 0, samples };
};

/** True where the track has nothing in this segment, so that the playlist marks a gap. */
export const isGap = (source: OpenedSource, track: PackagedTrack, grid: Grid, segment: number): boolean => {
	const span = spanOf(grid, segment);
	return span !== null && source.originSeconds + span.endSeconds <= track.firstSeconds + toleranceSeconds;
};

/** How many of the grid's segments the track reaches. */
export const segmentCountOf = (source: OpenedSource, track: PackagedTrack, grid: Grid): number => {
	const lengthSeconds = track.endSeconds - source.originSeconds;
	const past = grid.starts.findIndex((start, index) => index > 0 && start >= lengthSeconds - 0.03);
	return past === -1 ? grid.starts.length : past;
};

/**
 * One segment as bytes: the same for the same file, whatever was asked before. Null where the grid has
 * no such segment or the track nothing in it.
 */
export const cutSegment = async (
	source: OpenedSource,
	track: PackagedTrack,
	grid: Grid,
	segment: number,
): Promise<Uint8Array | null> => {
	const times = spanOf(grid, segment);
	if (!times) return null;
	const span: Span = {
		fromSeconds: segment === 0 ? Number.NEGATIVE_INFINITY : source.originSeconds + times.startSeconds,
		toSeconds: source.originSeconds + times.endSeconds,
	};
	const packets = await (track.kind === 'video' ? videoPackets(track, span) : audioPackets(track, span));
	if (packets.length === 0) return null;
	const { decodeTimeUnits, samples } = toSamples(track, packets, source.originSeconds, span.toSeconds);
	return writeFragment({ sequenceNumber: segment + 1, decodeTimeUnits, samples });
};
