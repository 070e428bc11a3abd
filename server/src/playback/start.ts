/** Starts a playback: chooses the file, decides how it reaches the client, and opens it. */
import type { ClientCapabilities, PlanReason } from '@holdfast/contract/playback';
import type { Playable, PlayableFile } from '../catalogue/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { Fault } from '../platform/fault.ts';
import type { OpenFile } from '../platform/files/below.ts';
import { newId } from '../platform/ids.ts';
import type { ToolRunner } from '../platform/process/tool.ts';
import { type Decision, decide, type Plan } from './decide.ts';
import {
	newOpenedPlayback,
	type OpenedPlayback,
	type OpenedPlaybacks,
	openPlayable,
	sourceKeyOf,
} from './opened-playback.ts';
import type { SourceCache } from './packaging/source-cache.ts';
import { addPlayback } from './playback-store.ts';
import type { PlaybackTables } from './tables.ts';
import {
	decisionSourceOf,
	defaultAudioIndex,
	packagingFactsOf,
	timelineOf,
	type Timeline,
	videoStreamOf,
} from './tracks.ts';
import { demuxerOf } from './transcode/encode-plan.ts';
import type { Encoders } from './transcode/encoders.ts';
import type { PlaybackCatalogue, PlaybackViewer } from './values.ts';

/** Open playbacks of one viewer; the oldest goes when one more is started. */
const playbacksPerViewerMax = 20;

export interface StartRequest {
	readonly itemId: string;
	readonly capabilities: ClientCapabilities;
	readonly fileId: string | null;
	readonly audioIndex: number | null;
}

export interface StartNeeds {
	readonly db: Database<PlaybackTables>;
	readonly clock: Clock;
	readonly catalogue: PlaybackCatalogue;
	readonly sources: SourceCache;
	readonly encoders: Encoders;
	readonly runner: ToolRunner;
	readonly opened: OpenedPlaybacks;
	readonly encodesMax: number;
}

export interface Started {
	readonly playback: OpenedPlayback;
	readonly reasons: readonly PlanReason[];
	readonly audioIndex: number | null;
}

interface Choice {
	readonly file: PlayableFile;
	readonly audioIndex: number | null;
}

const choose = (playable: Playable, request: StartRequest): Choice => {
	const asked = playable.files.filter(({ fileId }) => request.fileId === null || fileId === request.fileId);
	if (asked.length === 0) throw new Fault('catalogue.item.absent');
	const present = asked.filter(({ isAway }) => !isAway);
	const choices = present.map((file): Choice => {
		const count = file.streams.filter(({ kind }) => kind === 'audio').length;
		const isThere = request.audioIndex !== null && request.audioIndex < count;
		return { file, audioIndex: isThere ? request.audioIndex : defaultAudioIndex(file) };
	});
	const isDirect = ({ file, audioIndex }: Choice): boolean => {
		const source = decisionSourceOf(file, playable.kind, audioIndex, null);
		return decide(source, request.capabilities, { canEncode: false }).outcome === 'plan';
	};
	const best = choices.find(isDirect) ?? choices[0];
	if (!best) throw new Fault('catalogue.file.away');
	return best;
};

const planOf = (decision: Decision): Plan => {
	if (decision.outcome === 'plan') return decision.plan;
	if (decision.outcome === 'needs-encoder') throw new Fault('playback.transcode.unavailable');
	throw new Fault('playback.plan.impossible');
};

interface Decided {
	readonly plan: Plan;
	readonly timeline: Timeline | null;
}

const decideOpened = async (
	needs: StartNeeds,
	playable: Playable,
	{ file, audioIndex }: Choice,
	request: StartRequest,
	opened: OpenFile,
): Promise<Decided> => {
	const limits = { canEncode: needs.encodesMax > 0 && needs.runner.tools.ffmpeg !== null };
	const first = decide(decisionSourceOf(file, playable.kind, audioIndex, null), request.capabilities, limits);
	if (first.outcome !== 'open-first') {
		await opened[Symbol.asyncDispose]();
		return { plan: planOf(first), timeline: null };
	}
	return needs.sources.use(sourceKeyOf(opened), opened, async (source) => {
		const facts = packagingFactsOf(source, file, { video: videoStreamOf(file, playable.kind), audioIndex });
		const decisionSource = decisionSourceOf(file, playable.kind, audioIndex, facts);
		const plan = planOf(decide(decisionSource, request.capabilities, limits));
		const timeline = timelineOf(source, file, plan);
		if (!timeline || (plan.method === 'transcoded' && !demuxerOf(file.container))) {
			throw new Fault('playback.plan.impossible');
		}
		return { plan, timeline };
	});
};

/**
 * Decides and stores a playback of this viewer.
 *
 * @throws catalogue.item.absent, catalogue.file.away, playback.plan.impossible, playback.transcode.busy,
 * playback.transcode.unavailable
 */
export const beginPlayback = async (
	needs: StartNeeds,
	viewer: PlaybackViewer,
	request: StartRequest,
): Promise<Started> => {
	const playable = await needs.catalogue.findPlayable({ itemId: request.itemId, visible: viewer.visible });
	if (!playable) throw new Fault('catalogue.item.absent');
	if (playable.kind === 'photo') throw new Fault('playback.plan.impossible');
	const choice = choose(playable, request);
	const opened = await openPlayable(choice.file);
	const { sizeBytes, modifiedAtMs, inode } = opened;
	const { plan, timeline } = await decideOpened(needs, playable, choice, request, opened);
	if (plan.method === 'transcoded') needs.encoders.assertRoom(viewer.viewerId);
	const { method, video, audio } = plan;
	const { heightMaxPx, bitrateMaxBps } = request.capabilities;
	const now = needs.clock.now();
	const record = {
		playbackId: newId(now),
		viewerId: viewer.viewerId,
		itemId: playable.itemId,
		fileId: choice.file.fileId,
		plan: {
			method,
			video,
			audio,
			audioIndex: choice.audioIndex,
			heightMaxPx,
			bitrateMaxBps,
			sizeBytes,
			modifiedAtMs,
			inode,
		},
		createdAt: now,
	};
	for (const dropped of await addPlayback(needs.db, record, playbacksPerViewerMax)) {
		needs.opened.forget(dropped);
		await needs.encoders.end(dropped);
	}
	const playback = newOpenedPlayback(record, playable, choice.file);
	playback.timeline = timeline;
	needs.opened.hold(playback);
	return { playback, reasons: plan.reasons, audioIndex: choice.audioIndex };
};
