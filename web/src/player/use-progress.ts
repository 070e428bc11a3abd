/** Tells the server where somebody is in a title, at the moments `progress.ts` names. */
import { putProgress } from '@holdfast/contract/playback';
import { useEffect } from 'react';
import { call } from '../api/client.ts';
import { noReport, type ProgressMoment, shouldReport } from './progress.ts';

/** Starts reporting for `element`; the answer reports once more and stops. */
export const reportProgress = (
	element: HTMLMediaElement,
	playbackId: string,
	startAtMs: number,
): (() => void) => {
	const stop = new AbortController();
	let state = noReport;
	let hasPlayed = false;
	const report = (moment: ProgressMoment): void => {
		// Before the first frame the element stands at 0: telling that would forget where somebody was.
		if (!hasPlayed && startAtMs > 0 && element.currentTime === 0) return;
		const now = {
			atMs: performance.now(),
			positionMs: Math.max(0, Math.round(element.currentTime * 1000)),
			isPaused: element.paused,
		};
		if (!shouldReport(state, moment, now)) return;
		state = { reportedAtMs: now.atMs, reportedPositionMs: now.positionMs, isPausedReported: now.isPaused };
		const body = { positionMs: now.positionMs, isPaused: now.isPaused, hasEnded: moment === 'ended' };
		// A lost report is made good by the next one. Who is signed out hears it from the player.
		call(
			putProgress,
			{ params: { playbackId }, body },
			{ keepsAlive: moment === 'leave', isSignInPage: true },
		).catch(() => undefined);
	};
	const on = (target: EventTarget, event: string, moment: ProgressMoment): void =>
		target.addEventListener(event, () => report(moment), { signal: stop.signal });
	element.addEventListener(
		'playing',
		() => {
			hasPlayed = true;
		},
		{ signal: stop.signal },
	);
	on(element, 'timeupdate', 'tick');
	on(element, 'pause', 'pause');
	on(element, 'seeked', 'seeked');
	on(element, 'ended', 'ended');
	on(window, 'pagehide', 'leave');
	return () => {
		if (hasPlayed && !element.ended) report('leave');
		stop.abort();
	};
};

/** Reports while both are there. */
export const useProgress = (
	element: HTMLMediaElement | null,
	playbackId: string | undefined,
	startAtMs: number,
): void => {
	useEffect(() => {
		if (!element || playbackId === undefined) return;
		return reportProgress(element, playbackId, startAtMs);
	}, [element, playbackId, startAtMs]);
};
