/**
 * A source opened for cutting: its tracks as `mediabunny` reads them, their initialisation segments and key
 * frames.
 */
import {
	ALL_FORMATS,
	CustomSource,
	EncodedAudioPacketSource,
	type EncodedPacket,
	EncodedPacketSink,
	EncodedVideoPacketSource,
	Input,
	type InputAudioTrack,
	type InputVideoTrack,
	Mp4OutputFormat,
	NullTarget,
	Output,
} from 'mediabunny';
import { FileRefusal } from '../../platform/files/refusal.ts';
import type { SourceFile } from '../source.ts';
import { timescaleOf, withTimescale } from './boxes.ts';
import { readCues } from './cues.ts';
import type { Framing } from './framing.ts';
import { groupSecondsMax, longestGroupSeconds } from './grid.ts';

/** Files without a key-frame index are read through once, up to this size. */
const walkBytesMax = 256 * 1024 * 1024;
const cacheBytesMax = 6 * 1024 * 1024;

export interface PackagedTrack {
	readonly kind: 'video' | 'audio';
	/** `avc`, `hevc`, `aac`, …: mediabunny's names. */
	readonly codec: string;
	/** RFC 6381, for the multivariant playlist. */
	readonly codecString: string;
	readonly init: Uint8Array;
	readonly unitsPerSecond: number;
	readonly framing: Framing;
	readonly firstSeconds: number;
	readonly endSeconds: number;
	readonly sink: EncodedPacketSink;
}

export interface OpenedSource {
	/** Null where the reader does not know the container. */
	readonly containerName: string | null;
	/** Time of the first packet of any track: what the player calls 0. */
	readonly originSeconds: number;
	/** From the origin on. */
	readonly durationSeconds: number;
	readonly video: PackagedTrack | null;
	/** In the order of the file; null for a track that cannot be put into MP4. */
	readonly audio: readonly (PackagedTrack | null)[];
	/** Key frames of the video in source time; null where they cannot be known cheaply or are too far apart. */
	readonly keySeconds: readonly number[] | null;
	close(): Promise<void>;
}

const unitsOf = async (track: InputVideoTrack | InputAudioTrack): Promise<number> => {
	if (track.isAudioTrack()) return track.getSampleRate();
	const resolution = await track.getTimeResolution();
	return Number.isInteger(resolution) && resolution >= 600 && resolution <= 10_000_000 ? resolution : 90_000;
};

const framingOf = (codec: string, hasDescription: boolean): Framing => {
	if (hasDescription) return 'as-is';
	if (codec === 'avc' || codec === 'hevc') return 'start-codes';
	return codec === 'aac' ? 'adts' : 'as-is';
};

/** Lets mediabunny write `ftyp` and `moov` for one track, from its decoder configuration and first packet. */
const writeInit = async (
	track: InputVideoTrack | InputAudioTrack,
	packet: EncodedPacket,
): Promise<Buffer> => {
	const parts: Uint8Array[] = [];
	const keep = (data: Uint8Array): void => void parts.push(data.slice());
	const format = new Mp4OutputFormat({ fastStart: 'fragmented', onFtyp: keep, onMoov: keep });
	const output = new Output({ format, target: new NullTarget() });
	const first = packet.clone({ timestamp: 0 });
	if (track.isVideoTrack()) {
		const [codec, decoderConfig] = [await track.getCodec(), await track.getDecoderConfig()];
		if (!codec || !decoderConfig) throw new Error('no decoder configuration');
		const source = new EncodedVideoPacketSource(codec);
		output.addVideoTrack(source, { rotation: await track.getRotation() });
		await output.start();
		await source.add(first, { decoderConfig });
	} else if (track.isAudioTrack()) {
		const [codec, decoderConfig] = [await track.getCodec(), await track.getDecoderConfig()];
		if (!codec || !decoderConfig) throw new Error('no decoder configuration');
		const source = new EncodedAudioPacketSource(codec);
		output.addAudioTrack(source);
		await output.start();
		await source.add(first, { decoderConfig });
	}
	await output.finalize();
	return Buffer.concat(parts);
};

/** Readers call all MPEG audio `mp3`, but browsers decode its third layer only (11172-3 2.4.2.3: `01`). */
const isOldLayer = (codec: string, packet: EncodedPacket): boolean =>
	codec === 'mp3' && (((packet.data[1] ?? 0) >> 1) & 3) !== 1;

const openTrack = async (track: InputVideoTrack | InputAudioTrack): Promise<PackagedTrack | null> => {
	const codec = await track.getCodec();
	const codecString = codec && (await track.getCodecParameterString());
	if (!codec || !codecString || codec.startsWith('pcm') || codec === 'ulaw' || codec === 'alaw') return null;
	const sink = new EncodedPacketSink(track);
	const first = await (track.isVideoTrack() ? sink.getFirstKeyPacket() : sink.getFirstPacket());
	const decoderConfig = first && (await track.getDecoderConfig());
	if (!first || !decoderConfig || isOldLayer(codec, first)) return null;
	const unitsPerSecond = await unitsOf(track);
	const init = withTimescale(await writeInit(track, first), unitsPerSecond);
	const last = await sink.getPacket(Number.POSITIVE_INFINITY, { metadataOnly: true });
	return {
		kind: track.isVideoTrack() ? 'video' : 'audio',
		codec,
		codecString,
		init,
		unitsPerSecond: timescaleOf(init),
		framing: framingOf(codec, decoderConfig.description !== undefined),
		firstSeconds: await track.getFirstTimestamp(),
		endSeconds: last ? last.timestamp + last.duration : first.timestamp,
		sink,
	};
};

/**
 * A track that its reader cannot make sense of is one that cannot be copied, never a failure of the whole.
 */
const openTrackSafely = async (track: InputVideoTrack | InputAudioTrack): Promise<PackagedTrack | null> => {
	try {
		return await openTrack(track);
	} catch (error) {
		if (error instanceof FileRefusal) throw error;
		return null;
	}
};

const walkKeys = async (sink: EncodedPacketSink): Promise<number[]> => {
	const seconds: number[] = [];
	let packet = await sink.getFirstKeyPacket({ metadataOnly: true });
	while (packet) {
		seconds.push(packet.timestamp);
		packet = await sink.getNextKeyPacket(packet, { metadataOnly: true });
	}
	return seconds.sort((a, b) => a - b);
};

const keysOf = async (
	file: SourceFile,
	containerName: string,
	video: PackagedTrack,
	trackNumber: number,
): Promise<number[] | null> => {
	const isMatroska = containerName === 'Matroska' || containerName === 'WebM';
	const cues = isMatroska ? await readCues(file, trackNumber) : null;
	if (cues && longestGroupSeconds(cues, video.endSeconds) <= groupSecondsMax) return cues;
	const hasTable = containerName === 'MP4' || containerName === 'QuickTime File Format';
	if (!hasTable && file.sizeBytes > walkBytesMax) return null;
	const keys = await walkKeys(video.sink);
	return keys.length > 0 && longestGroupSeconds(keys, video.endSeconds) <= groupSecondsMax ? keys : null;
};

const sourceOver = (file: SourceFile): CustomSource =>
	new CustomSource({
		getSize: () => file.sizeBytes,
		read: (start, end) => file.readAt(start, end - start),
		maxCacheSize: cacheBytesMax,
		prefetchProfile: 'fileSystem',
		handleUnhandledError: () => {},
	});

interface FoundTracks {
	readonly containerName: string | null;
	readonly videoTrack: InputVideoTrack | null;
	readonly audioTracks: readonly InputAudioTrack[];
}

/**
 * What the reader cannot make sense of has no tracks here, and is left to ffmpeg. A file that went away is
 * told.
 */
const tracksOf = async (input: Input): Promise<FoundTracks> => {
	try {
		const containerName = (await input.getFormat()).name;
		const videoTrack = await input.getPrimaryVideoTrack();
		return { containerName, videoTrack, audioTracks: await input.getAudioTracks() };
	} catch (error) {
		if (error instanceof FileRefusal) throw error;
		return { containerName: null, videoTrack: null, audioTracks: [] };
	}
};

/**
 * Opens `file` for cutting. Takes the file over: closing the source closes it, and so does a failure here.
 *
 * A container that is not known gives a source without tracks, which the decision turns into an encode.
 */
export const openSource = async (file: SourceFile): Promise<OpenedSource> => {
	const input = new Input({ source: sourceOver(file), formats: ALL_FORMATS });
	const close = async (): Promise<void> => {
		input.dispose();
		await file[Symbol.asyncDispose]();
	};
	try {
		const { containerName, videoTrack, audioTracks } = await tracksOf(input);
		const video = videoTrack && (await openTrackSafely(videoTrack));
		const audio: (PackagedTrack | null)[] = [];
		for (const track of audioTracks) audio.push(await openTrackSafely(track));
		const keySeconds =
			video && containerName && videoTrack ? await keysOf(file, containerName, video, videoTrack.id) : null;
		const tracks = [video, ...audio].filter((track) => track !== null);
		const originSeconds = tracks.length > 0 ? Math.min(...tracks.map(({ firstSeconds }) => firstSeconds)) : 0;
		const endSeconds = Math.max(originSeconds, ...tracks.map((track) => track.endSeconds));
		return {
			containerName,
			originSeconds,
			durationSeconds: endSeconds - originSeconds,
			video,
			audio,
			keySeconds,
			close,
		};
	} catch (cause) {
		await close();
		throw cause;
	}
};
