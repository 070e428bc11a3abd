/**
 * What this browser decodes, in the words of the contract. Pure: the browser's answers come in as two
 * functions.
 */
import type { AudioCodec, ClientCapabilities, VideoCodec } from '@holdfast/contract/playback';

/** The browser's own answers about a MIME type with codecs. */
export interface MediaProbe {
	/** `HTMLMediaElement.canPlayType` said `maybe` or `probably`. */
	readonly canPlay: (mimeType: string) => boolean;
	/** `MediaSource.isTypeSupported`, or the element's word where HLS is native. */
	readonly canAppend: (mimeType: string) => boolean;
}

/** A bound that a person chose; 0 is none. */
export interface QualityLimit {
	readonly heightMaxPx: number;
	readonly bitrateMaxBps: number;
}

/** The file as it is: nothing is made smaller unless somebody asks. */
export const noLimit: QualityLimit = { heightMaxPx: 0, bitrateMaxBps: 0 };

type Container = ClientCapabilities['directContainers'][number];

const containerTypes: Record<Container, string> = {
	mp4: 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
	webm: 'video/webm; codecs="vp8, vorbis"',
	mp3: 'audio/mpeg',
	flac: 'audio/flac',
	ogg: 'audio/ogg; codecs="vorbis"',
	wav: 'audio/wav; codecs="1"',
	adts: 'audio/aac',
};

const plainVideo: Record<VideoCodec, string> = {
	h264: 'video/mp4; codecs="avc1.640028"',
	hevc: 'video/mp4; codecs="hvc1.1.6.L120.90"',
	vp8: 'video/webm; codecs="vp8"',
	vp9: 'video/webm; codecs="vp9"',
	av1: 'video/mp4; codecs="av01.0.08M.08"',
};

const plainAudio: Record<AudioCodec, string> = {
	aac: 'audio/mp4; codecs="mp4a.40.2"',
	mp3: 'audio/mpeg',
	opus: 'audio/webm; codecs="opus"',
	vorbis: 'audio/webm; codecs="vorbis"',
	flac: 'audio/flac',
	ac3: 'audio/mp4; codecs="ac-3"',
	eac3: 'audio/mp4; codecs="ec-3"',
	alac: 'audio/mp4; codecs="alac"',
	pcm: 'audio/wav; codecs="1"',
};

/** VP8, Vorbis and PCM have no place in fragmented MP4 that browsers read. */
const segmentVideo: Partial<Record<VideoCodec, string>> = {
	h264: plainVideo.h264,
	hevc: plainVideo.hevc,
	vp9: 'video/mp4; codecs="vp09.00.40.08"',
	av1: plainVideo.av1,
};

const segmentAudio: Partial<Record<AudioCodec, string>> = {
	aac: plainAudio.aac,
	mp3: 'audio/mp4; codecs="mp3"',
	opus: 'audio/mp4; codecs="opus"',
	flac: 'audio/mp4; codecs="flac"',
	ac3: plainAudio.ac3,
	eac3: plainAudio.eac3,
	alac: plainAudio.alac,
};

const tenBitH264 = 'video/mp4; codecs="avc1.6E0028"';

const keysWhere = <K extends string>(
	types: Partial<Record<K, string>>,
	accepts: (type: string) => boolean,
): K[] => (Object.entries(types) as [K, string][]).filter(([, type]) => accepts(type)).map(([key]) => key);

/** Asks the browser about every name of the contract and keeps those it said yes to. */
export const capabilitiesOf = (probe: MediaProbe, limit: QualityLimit = noLimit): ClientCapabilities => ({
	directContainers: keysWhere(containerTypes, probe.canPlay),
	videoCodecs: keysWhere(plainVideo, probe.canPlay),
	audioCodecs: keysWhere(plainAudio, probe.canPlay),
	segmentVideoCodecs: keysWhere(segmentVideo, probe.canAppend),
	segmentAudioCodecs: keysWhere(segmentAudio, probe.canAppend),
	isTenBitH264Supported: probe.canPlay(tenBitH264),
	heightMaxPx: limit.heightMaxPx,
	bitrateMaxBps: limit.bitrateMaxBps,
});
