/**
 * How a file reaches a client: as it is, rewrapped, or with tracks encoded. Pure: probes nothing,
 * starts nothing.
 */
import type { ClientCapabilities, PlanReason } from '@holdfast/contract/playback';
import type { MediaStream } from '../catalogue/index.ts';

export type Treatment = 'copy' | 'encode' | 'none';

/** What the packager found when it opened the file; null where it has not been asked yet. */
export interface PackagingFacts {
	readonly video: 'ready' | 'no-index' | 'unreadable';
	readonly audio: 'ready' | 'unreadable';
}

export interface DecisionSource {
	/** As the catalogue names containers. */
	readonly container: string;
	readonly bitrateBps: number | null;
	readonly video: MediaStream | null;
	/** The audio track that will be heard. */
	readonly audio: MediaStream | null;
	/** True where `audio` is not the track that an element plays by itself. */
	readonly isOtherAudioChosen: boolean;
	readonly packaging: PackagingFacts | null;
}

export interface DecisionLimits {
	/** False where there is no ffmpeg, or conversions are switched off. */
	readonly canEncode: boolean;
}

export interface Plan {
	readonly method: 'direct' | 'packaged' | 'transcoded';
	readonly video: Treatment;
	readonly audio: Treatment;
	/** Each test that failed, in the order tried. */
	readonly reasons: readonly PlanReason[];
}

export type Decision =
	| { readonly outcome: 'plan'; readonly plan: Plan }
	/** Not direct; ask again with `packaging` set. */
	| { readonly outcome: 'open-first'; readonly reasons: readonly PlanReason[] }
	| { readonly outcome: 'needs-encoder'; readonly reasons: readonly PlanReason[] }
	| { readonly outcome: 'nothing-to-play' };

type Reason = PlanReason['reason'];
type DirectContainer = ClientCapabilities['directContainers'][number];

const directContainers: readonly DirectContainer[] = ['mp4', 'webm', 'mp3', 'flac', 'ogg', 'wav', 'adts'];
/** What fragmented MP4 carries in browsers; others need an encoder whatever the client says. */
const segmentVideo: ReadonlySet<string> = new Set(['h264', 'hevc', 'vp9', 'av1']);
const segmentAudio: ReadonlySet<string> = new Set(['aac', 'mp3', 'opus', 'flac', 'ac3', 'eac3']);

const because = (track: PlanReason['track'], reason: Reason, detail: string | null = null): PlanReason => ({
	track,
	reason,
	detail,
});

const includes = (list: readonly string[], name: string): boolean => list.includes(name);

const pcmOf = (codec: string): string => (codec.startsWith('pcm') ? 'pcm' : codec);

/** 4:2:2, 4:4:4 and, mostly, more than eight bits: no browser decodes these of H.264. */
const isProfileSupported = (video: MediaStream, client: ClientCapabilities): boolean => {
	if (video.codec !== 'h264') return true;
	const isWide = /4:2:2|4:4:4|high 4|444|422/i.test(video.profile ?? '');
	const profileByte = /^avc[13]\.([0-9a-f]{2})/i.exec(video.codecString ?? '')?.[1];
	const isWideByte = profileByte !== undefined && ['7a', 'f4', '2c'].includes(profileByte.toLowerCase());
	const isTenBit = (video.bitDepth ?? 8) > 8 || profileByte?.toLowerCase() === '6e';
	return !isWide && !isWideByte && (!isTenBit || client.isTenBitH264Supported);
};

/** The shorter side, so that a portrait film is not taken for a tall one. */
export const heightOf = (video: MediaStream): number =>
	Math.min(video.heightPx ?? 0, video.widthPx ?? video.heightPx ?? 0);

/** Bounds that hold for every way: what is above them is encoded. */
const videoBeyond = (
	source: DecisionSource,
	video: MediaStream,
	client: ClientCapabilities,
): PlanReason[] => {
	const reasons: PlanReason[] = [];
	if (!isProfileSupported(video, client)) {
		reasons.push(because('video', 'video-profile-not-supported', video.profile));
	}
	const bitrateBps = source.bitrateBps ?? video.bitrateBps ?? 0;
	if (client.bitrateMaxBps > 0 && bitrateBps > client.bitrateMaxBps) {
		reasons.push(because('video', 'video-bitrate-above-limit', String(bitrateBps)));
	}
	if (client.heightMaxPx > 0 && heightOf(video) > client.heightMaxPx) {
		reasons.push(because('video', 'video-height-above-limit', String(heightOf(video))));
	}
	return reasons;
};

const whyNotDirect = (source: DecisionSource, client: ClientCapabilities): PlanReason[] => {
	const reasons: PlanReason[] = [];
	const container = directContainers.find((name) => name === source.container);
	if (!container || !client.directContainers.includes(container)) {
		reasons.push(because('container', 'container-not-supported', source.container));
	}
	const { video, audio } = source;
	if (video && !includes(client.videoCodecs, video.codec)) {
		reasons.push(because('video', 'video-codec-not-supported', video.codec));
	}
	if (video) reasons.push(...videoBeyond(source, video, client));
	if (audio && !includes(client.audioCodecs, pcmOf(audio.codec))) {
		reasons.push(because('audio', 'audio-codec-not-supported', audio.codec));
	}
	if (audio && source.isOtherAudioChosen)
		reasons.push(because('audio', 'audio-track-chosen', audio.language));
	return reasons;
};

/** A reason is told once, whichever step met it first. */
const add = (reasons: PlanReason[], reason: PlanReason): void => {
	if (!reasons.some((known) => known.track === reason.track && known.reason === reason.reason))
		reasons.push(reason);
};

const treatVideo = (
	source: DecisionSource,
	packaging: PackagingFacts,
	client: ClientCapabilities,
	reasons: PlanReason[],
): Treatment => {
	const { video } = source;
	if (!video) return 'none';
	const beyond = videoBeyond(source, video, client);
	const isCodecFine = segmentVideo.has(video.codec) && includes(client.segmentVideoCodecs, video.codec);
	if (!isCodecFine) add(reasons, because('video', 'video-codec-not-supported', video.codec));
	if (isCodecFine && packaging.video !== 'ready') {
		add(
			reasons,
			because('video', 'video-without-keyframe-index', packaging.video === 'unreadable' ? video.codec : null),
		);
	}
	return isCodecFine && beyond.length === 0 && packaging.video === 'ready' ? 'copy' : 'encode';
};

const treatAudio = (
	source: DecisionSource,
	packaging: PackagingFacts,
	client: ClientCapabilities,
	reasons: PlanReason[],
): Treatment => {
	const { audio } = source;
	if (!audio) return 'none';
	const isFine =
		segmentAudio.has(audio.codec) &&
		includes(client.segmentAudioCodecs, audio.codec) &&
		packaging.audio === 'ready';
	if (!isFine) add(reasons, because('audio', 'audio-codec-not-supported', audio.codec));
	return isFine ? 'copy' : 'encode';
};

/**
 * Choose how `source` reaches `client`.
 *
 * Direct wins, then packaged, then an encoder for as few tracks as possible: a sound that the client
 * cannot decode leaves the picture untouched.
 */
export const decide = (
	source: DecisionSource,
	client: ClientCapabilities,
	limits: DecisionLimits,
): Decision => {
	if (!source.video && !source.audio) return { outcome: 'nothing-to-play' };
	const reasons = whyNotDirect(source, client);
	const copied = (stream: MediaStream | null): Treatment => (stream ? 'copy' : 'none');
	if (reasons.length === 0) {
		const plan: Plan = {
			method: 'direct',
			video: copied(source.video),
			audio: copied(source.audio),
			reasons,
		};
		return { outcome: 'plan', plan };
	}
	if (!source.packaging) return { outcome: 'open-first', reasons };
	const video = treatVideo(source, source.packaging, client, reasons);
	const audio = treatAudio(source, source.packaging, client, reasons);
	const isEncoded = video === 'encode' || audio === 'encode';
	if (isEncoded && !limits.canEncode) return { outcome: 'needs-encoder', reasons };
	return { outcome: 'plan', plan: { method: isEncoded ? 'transcoded' : 'packaged', video, audio, reasons } };
};
