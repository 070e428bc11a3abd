/** Keeps the video element fed with the present plan, and turns its faults into codes a page can explain. */
import { getSession } from '@holdfast/contract/accounts';
import type { PlaybackStart } from '@holdfast/contract/playback';
import { useEffect, useRef } from 'react';
import { ApiFault, type ApiFaultCode, call } from '../api/client.ts';
import { loadSettings } from './media-settings.ts';
import { play } from './video-commands.ts';
import { attachSource, type SourceFault } from './video-source.ts';

const byStatus: Readonly<Record<number, ApiFaultCode>> = {
	401: 'access.sign-in-needed',
	404: 'playback.session.absent',
	409: 'playback.file.changed',
	429: 'playback.transcode.busy',
};

/**
 * A media element never says why the server refused, so the session is asked: signed out, away, or neither.
 */
export const codeOfFault = async (fault: SourceFault, status: number | undefined): Promise<ApiFaultCode> => {
	const known = status === undefined ? undefined : byStatus[status];
	if (known) return known;
	try {
		await call(getSession, undefined, { isSignInPage: true });
	} catch (cause) {
		return cause instanceof ApiFault ? cause.code : 'network.away';
	}
	return fault === 'decode' ? 'playback.plan.impossible' : 'playback.session.absent';
};

/** Feeds `element` from `startAtMs` and starts to play. */
export const useVideoSource = (
	element: HTMLVideoElement | null,
	plan: PlaybackStart,
	startAtMs: number,
	onFault: (code: ApiFaultCode) => void,
): void => {
	const latest = useRef(onFault);
	latest.current = onFault;
	useEffect(() => {
		if (!element) return;
		const { volume, isMuted } = loadSettings();
		element.volume = volume;
		element.muted = isMuted;
		let isOver = false;
		const detach = attachSource(element, plan, startAtMs, {
			onFault: (fault, status) => {
				if (isOver) return;
				void codeOfFault(fault, status).then((code) => {
					if (!isOver) latest.current(code);
				});
			},
		});
		play(element);
		return () => {
			isOver = true;
			detach();
		};
	}, [element, plan, startAtMs]);
};
