/** HLS playlists (RFC 8216): one for the choice of tracks, one for each track. Pure. */
import { type Grid, spanOf } from './grid.ts';

export interface MultivariantOptions {
	readonly bandwidthBps: number;
	/** RFC 6381 names; null where the title has no such track. */
	readonly videoCodec: string | null;
	readonly audioCodec: string | null;
}

/** Relative addresses only: the playlist holds wherever it is served from. */
export const writeMultivariant = ({ bandwidthBps, videoCodec, audioCodec }: MultivariantOptions): string => {
	const codecs = [videoCodec, audioCodec].filter((codec) => codec !== null).join(',');
	const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
	const base = `#EXT-X-STREAM-INF:BANDWIDTH=${Math.max(1, Math.round(bandwidthBps))},CODECS="${codecs}"`;
	if (videoCodec !== null && audioCodec !== null) {
		lines.push(
			'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio/list.m3u8"',
		);
		lines.push(`${base},AUDIO="audio"`, 'video/list.m3u8');
	} else {
		lines.push(base, videoCodec === null ? 'audio/list.m3u8' : 'video/list.m3u8');
	}
	return `${lines.join('\n')}\n`;
};

export interface MediaPlaylistOptions {
	readonly grid: Grid;
	/** How many of the grid's segments this track reaches. */
	readonly segmentCount: number;
	readonly isGap: (segment: number) => boolean;
}

export const writeMediaPlaylist = ({ grid, segmentCount, isGap }: MediaPlaylistOptions): string => {
	const durations = Array.from({ length: segmentCount }, (_, segment) => {
		const span = spanOf(grid, segment);
		return span ? Math.max(0.001, Math.min(span.endSeconds, grid.endSeconds) - span.startSeconds) : 0;
	});
	const lines = [
		'#EXTM3U',
		'#EXT-X-VERSION:7',
		`#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(Math.max(0, ...durations)))}`,
		'#EXT-X-MEDIA-SEQUENCE:0',
		'#EXT-X-PLAYLIST-TYPE:VOD',
		'#EXT-X-INDEPENDENT-SEGMENTS',
		'#EXT-X-MAP:URI="init.mp4"',
	];
	durations.forEach((duration, segment) => {
		if (isGap(segment)) lines.push('#EXT-X-GAP');
		lines.push(`#EXTINF:${duration.toFixed(6)},`, `${segment}.m4s`);
	});
	return `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`;
};
