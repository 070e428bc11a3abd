/** The nouns of the catalogue as other rooms see them: no rows, no replies, no paths of requests. */
import type { ItemKind, LibraryKind, DamagedFile } from '@holdfast/contract/catalogue';

export type { ItemKind, LibraryKind };

/** Why a file cannot be used; the closed list of the contract. */
export type DamageReason = DamagedFile['reason'];

export type { Visible } from '../access/index.ts';

/** One track of a file, as far as a decision about playing it needs. Null where the header does not say. */
export interface MediaStream {
	/**
	 * Position among all tracks of the file, zero-based, in file order; ffmpeg's `0:index` agrees for whole
	 * files.
	 */
	readonly index: number;
	readonly kind: 'video' | 'audio' | 'subtitle';
	/** The contract's short name (`h264`, `aac`), else the raw name that ffprobe uses (`mpeg2video`, `dts`). */
	readonly codec: string;
	/** RFC 6381, such as `avc1.640028`. */
	readonly codecString: string | null;
	readonly profile: string | null;
	readonly level: string | null;
	readonly bitDepth: number | null;
	readonly widthPx: number | null;
	readonly heightPx: number | null;
	readonly frameRate: number | null;
	readonly channels: number | null;
	readonly sampleRateHz: number | null;
	readonly bitrateBps: number | null;
	/** BCP 47 or ISO 639, lower case. */
	readonly language: string | null;
	readonly title: string | null;
	readonly isDefault: boolean;
	readonly isForced: boolean;
	/** Of a video: `pq` and `hlg` are high dynamic range. */
	readonly transfer: 'sdr' | 'pq' | 'hlg' | null;
}

/** A subtitle that lies beside its video. */
export interface SidecarSubtitle {
	readonly subtitleId: string;
	/** Below the same root as the video. */
	readonly relativePath: string;
	readonly format: 'srt' | 'vtt' | 'ass' | 'ssa';
	readonly language: string | null;
	readonly title: string | null;
	readonly isForced: boolean;
	readonly isDefault: boolean;
}

/** One file of an item. To be opened only by `platform/files` with `rootPath` and `relativePath`. */
export interface PlayableFile {
	readonly fileId: string;
	readonly rootPath: string;
	readonly relativePath: string;
	/** What people see: the label of a version, else the file's own name. */
	readonly name: string;
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	/**
	 * `mp4`, `mov`, `matroska`, `webm`, `mpegts`, `mp3`, `flac`, `ogg`, `wav`, `adts`, `avi`, else ffprobe's
	 * name.
	 */
	readonly container: string;
	readonly durationMs: number | null;
	readonly bitrateBps: number | null;
	readonly streams: readonly MediaStream[];
	readonly sidecarSubtitles: readonly SidecarSubtitle[];
	/** The disk or share is not there right now. */
	readonly isAway: boolean;
}

/** All that playback needs of a title. Damaged and vanished files are not in it. */
export interface Playable {
	readonly itemId: string;
	/** What watch state belongs to; outlives files, rows and libraries. */
	readonly workId: string;
	readonly kind: ItemKind;
	readonly title: string;
	readonly subtitle: string | null;
	/** Works above: `group` is the season or album, `root` the series or artist. */
	readonly parentWorkIds: { readonly group: string | null; readonly root: string | null };
	readonly nextItemId: string | null;
	readonly previousItemId: string | null;
	/** Best first: versions by height, then bitrate. */
	readonly files: readonly PlayableFile[];
}
