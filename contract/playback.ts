/** Playing: what a client can decode goes in, a plan with reasons and addresses comes out. */
import type { Static } from 'typebox';
import { Type } from './schema.ts';
import { Id, Nullable } from './fields.ts';
import { route } from './route.ts';

/** Codecs by one name each, as RFC 6381 strings are too fine for a decision. */
export const VideoCodec = Type.Union([
	Type.Literal('h264'),
	Type.Literal('hevc'),
	Type.Literal('vp8'),
	Type.Literal('vp9'),
	Type.Literal('av1'),
]);
export type VideoCodec = Static<typeof VideoCodec>;
export const AudioCodec = Type.Union([
	Type.Literal('aac'),
	Type.Literal('mp3'),
	Type.Literal('opus'),
	Type.Literal('vorbis'),
	Type.Literal('flac'),
	Type.Literal('ac3'),
	Type.Literal('eac3'),
	Type.Literal('alac'),
	Type.Literal('pcm'),
]);
export type AudioCodec = Static<typeof AudioCodec>;

/**
 * What this client said it decodes, tested by the page with `canPlayType` and `MediaSource.isTypeSupported`.
 */
export const ClientCapabilities = Type.Object({
	/** Containers that its video or audio element plays from one address. */
	directContainers: Type.Array(
		Type.Union([
			Type.Literal('mp4'),
			Type.Literal('webm'),
			Type.Literal('mp3'),
			Type.Literal('flac'),
			Type.Literal('ogg'),
			Type.Literal('wav'),
			Type.Literal('adts'),
		]),
		{ maxItems: 16 },
	),
	/** Codecs it decodes from a plain file. */
	videoCodecs: Type.Array(VideoCodec, { maxItems: 16 }),
	audioCodecs: Type.Array(AudioCodec, { maxItems: 16 }),
	/** Codecs it decodes from fragmented MP4 through Media Source Extensions, or natively through HLS. */
	segmentVideoCodecs: Type.Array(VideoCodec, { maxItems: 16 }),
	segmentAudioCodecs: Type.Array(AudioCodec, { maxItems: 16 }),
	/** Of H.264, 10-bit is rarely decoded. */
	isTenBitH264Supported: Type.Boolean(),
	/** Largest frame it should get, as its screen is; 0 for no bound. */
	heightMaxPx: Type.Integer({ minimum: 0, maximum: 8640 }),
	/** Bound of video and audio together; 0 for no bound. */
	bitrateMaxBps: Type.Integer({ minimum: 0 }),
});
export type ClientCapabilities = Static<typeof ClientCapabilities>;

/** How one track reaches the client. */
export const TrackTreatment = Type.Union([
	Type.Literal('copy'),
	Type.Literal('encode'),
	Type.Literal('none'),
]);

export const PlanReason = Type.Object({
	track: Type.Union([Type.Literal('container'), Type.Literal('video'), Type.Literal('audio')]),
	/** Closed list; the page has the sentence, with `detail` in it. */
	reason: Type.Union([
		Type.Literal('container-not-supported'),
		Type.Literal('video-codec-not-supported'),
		Type.Literal('video-profile-not-supported'),
		Type.Literal('video-bitrate-above-limit'),
		Type.Literal('video-height-above-limit'),
		Type.Literal('video-without-keyframe-index'),
		Type.Literal('audio-codec-not-supported'),
		Type.Literal('audio-track-chosen'),
		Type.Literal('header-at-end-or-fragmented'),
	]),
	detail: Nullable(Type.String()),
});
export type PlanReason = Static<typeof PlanReason>;

export const AudioTrack = Type.Object({
	audioIndex: Type.Integer({ minimum: 0 }),
	label: Type.String(),
	language: Nullable(Type.String()),
	isSelected: Type.Boolean(),
});
export const SubtitleTrack = Type.Object({
	subtitleId: Id,
	label: Type.String(),
	language: Nullable(Type.String()),
	isForced: Type.Boolean(),
	isDefault: Type.Boolean(),
	/** WebVTT. */
	url: Type.String(),
});

export const PlaybackStart = Type.Object({
	playbackId: Id,
	itemId: Id,
	title: Type.String(),
	subtitle: Nullable(Type.String()),
	/**
	 * `direct`: the file with byte ranges. `packaged`: HLS cut from it. `transcoded`: HLS with at least one
	 * track re-encoded.
	 */
	method: Type.Union([Type.Literal('direct'), Type.Literal('packaged'), Type.Literal('transcoded')]),
	/** A file for `direct`, an HLS multivariant playlist else. Same origin; needs the session's cookie. */
	url: Type.String(),
	mimeType: Type.String(),
	video: TrackTreatment,
	audio: TrackTreatment,
	reasons: Type.Array(PlanReason),
	durationMs: Type.Integer(),
	/** Where to begin; 0 for the start. */
	resumeAtMs: Type.Integer(),
	audioTracks: Type.Array(AudioTrack),
	subtitles: Type.Array(SubtitleTrack),
	/** What plays after it: the next episode or track. */
	nextItemId: Nullable(Id),
	previousItemId: Nullable(Id),
});
export type PlaybackStart = Static<typeof PlaybackStart>;

export const startPlayback = route({
	method: 'POST',
	path: '/api/items/:itemId/playback',
	access: 'viewer',
	summary: 'Decide how a title reaches this client and open it',
	params: Type.Object({ itemId: Id }),
	body: Type.Object({
		capabilities: ClientCapabilities,
		/** One of the item's files; the best for this client where left out. */
		fileId: Type.Optional(Id),
		audioIndex: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
	}),
	reply: PlaybackStart,
	errors: [
		'catalogue.item.absent',
		'catalogue.file.away',
		'playback.plan.impossible',
		'playback.transcode.busy',
		'playback.transcode.unavailable',
	],
});

const PlaybackParams = Type.Object({ playbackId: Id });
const streamErrors = ['playback.session.absent', 'playback.file.changed', 'catalogue.file.away'] as const;

export const getDirect = route({
	method: 'GET',
	path: '/api/playback/:playbackId/file',
	access: 'viewer',
	form: 'bytes',
	summary: 'The file as it is, with byte ranges (RFC 9110 section 14)',
	params: PlaybackParams,
	errors: [...streamErrors, 'playback.range.unsatisfiable'],
});
export const getMultivariant = route({
	method: 'GET',
	path: '/api/playback/:playbackId/index.m3u8',
	access: 'viewer',
	form: 'bytes',
	summary: 'HLS multivariant playlist (RFC 8216)',
	params: PlaybackParams,
	errors: streamErrors,
});
const Track = Type.Union([Type.Literal('video'), Type.Literal('audio')]);
export const getMediaPlaylist = route({
	method: 'GET',
	path: '/api/playback/:playbackId/:track/list.m3u8',
	access: 'viewer',
	form: 'bytes',
	summary: 'HLS media playlist of one track',
	params: Type.Object({ playbackId: Id, track: Track }),
	errors: streamErrors,
});
export const getInitSegment = route({
	method: 'GET',
	path: '/api/playback/:playbackId/:track/init.mp4',
	access: 'viewer',
	form: 'bytes',
	summary: 'The `moov` of one track (EXT-X-MAP)',
	params: Type.Object({ playbackId: Id, track: Track }),
	errors: [...streamErrors, 'playback.transcode.failed', 'playback.transcode.busy'],
});
export const getSegment = route({
	method: 'GET',
	path: '/api/playback/:playbackId/:track/:segment',
	access: 'viewer',
	form: 'bytes',
	summary: 'One fragment, such as `12.m4s`; any can be asked for at any time',
	params: Type.Object({
		playbackId: Id,
		track: Track,
		segment: Type.String({ pattern: '^[0-9]{1,7}\\.m4s$' }),
	}),
	errors: [
		...streamErrors,
		'playback.segment.absent',
		'playback.transcode.failed',
		'playback.transcode.busy',
	],
});
export const getSubtitle = route({
	method: 'GET',
	path: '/api/playback/:playbackId/subtitles/:subtitleId',
	access: 'viewer',
	form: 'bytes',
	summary: 'A subtitle as WebVTT',
	params: Type.Object({ playbackId: Id, subtitleId: Id }),
	errors: [...streamErrors, 'playback.subtitle.absent'],
});

/** Sent about every ten seconds, on pause, on seek and at the end. */
export const putProgress = route({
	method: 'PUT',
	path: '/api/playback/:playbackId/progress',
	access: 'viewer',
	summary: 'Remember where I am',
	params: PlaybackParams,
	body: Type.Object({
		positionMs: Type.Integer({ minimum: 0 }),
		isPaused: Type.Boolean(),
		hasEnded: Type.Boolean(),
	}),
	errors: ['playback.session.absent'],
});
export const endPlayback = route({
	method: 'DELETE',
	path: '/api/playback/:playbackId',
	access: 'viewer',
	summary: 'Stop: frees what the server holds for it',
	params: PlaybackParams,
	errors: ['playback.session.absent'],
});
