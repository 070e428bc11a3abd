/** Playing over our own API: read the request, call one use case, hand its bytes on. */
import { setWatched } from '@holdfast/contract/catalogue';
import * as contract from '@holdfast/contract/playback';
import type { FastifyRequest } from 'fastify';
import type { Mounter } from '#platform/http/mount.ts';
import type { Caller } from '#platform/http/viewer.ts';
import { visibleTo } from '../../access/index.ts';
import type { Playback, PlaybackCaller } from '../../playback/index.ts';

export interface PlaybackRoutesNeeds {
	readonly playback: Playback;
}

const callerOf = (caller: Caller): PlaybackCaller => ({
	viewerId: caller.viewerId,
	visible: visibleTo(caller),
	ended: caller.ended,
});

const header = (request: FastifyRequest, name: 'range' | 'if-range' | 'if-none-match'): string | null => {
	const value = request.headers[name];
	return typeof value === 'string' ? value : null;
};

const mountStreams = ({ mount }: Mounter, { playback }: PlaybackRoutesNeeds): void => {
	mount(contract.getDirect, ({ caller, params, request, signal }) => {
		const range = header(request, 'range');
		const asked = {
			range,
			ifRange: header(request, 'if-range'),
			ifNoneMatch: header(request, 'if-none-match'),
		};
		return playback.direct(callerOf(caller), params.playbackId, asked, signal);
	});
	mount(contract.getMultivariant, ({ caller, params }) =>
		playback.multivariant(callerOf(caller), params.playbackId),
	);
	mount(contract.getMediaPlaylist, ({ caller, params }) =>
		playback.mediaPlaylist(callerOf(caller), params.playbackId, params.track),
	);
	mount(contract.getInitSegment, ({ caller, params, signal }) =>
		playback.initSegment(callerOf(caller), params.playbackId, params.track, signal),
	);
	mount(contract.getSegment, ({ caller, params, signal }) => {
		const segment = Number.parseInt(params.segment, 10);
		return playback.segment(callerOf(caller), params.playbackId, { track: params.track, segment, signal });
	});
	mount(contract.getSubtitle, ({ caller, params, signal }) =>
		playback.subtitle(callerOf(caller), params.playbackId, params.subtitleId, signal),
	);
};

/** All routes of playing, and the one that marks something as watched. */
export const mountPlaybackRoutes = (mounter: Mounter, needs: PlaybackRoutesNeeds): void => {
	const { mount } = mounter;
	const { playback } = needs;
	mount(contract.startPlayback, ({ caller, params, body }) =>
		playback.start(callerOf(caller), params.itemId, {
			capabilities: body.capabilities,
			fileId: body.fileId ?? null,
			audioIndex: body.audioIndex ?? null,
		}),
	);
	mountStreams(mounter, needs);
	mount(contract.putProgress, async ({ caller, params, body }) => {
		await playback.recordProgress(callerOf(caller), params.playbackId, body);
		return undefined;
	});
	mount(contract.endPlayback, async ({ caller, params }) => {
		await playback.end(callerOf(caller), params.playbackId);
		return undefined;
	});
	mount(setWatched, async ({ caller, params, body }) => {
		await playback.setWatched(callerOf(caller), params.itemId, body.isWatched);
		return undefined;
	});
};
