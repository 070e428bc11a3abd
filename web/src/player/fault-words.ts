/** What a failed playback says, and what a person can do about it. Pure. */
import type { ApiFaultCode } from '../api/client.ts';

/** `retry`: the same again may work. `sign-in`: the session is gone. `none`: nothing here helps. */
export type Remedy = 'retry' | 'sign-in' | 'none';

const own = {
	'access.sign-in-needed': 'sign-in',
	'catalogue.item.absent': 'none',
	'catalogue.file.away': 'retry',
	'playback.plan.impossible': 'none',
	'playback.transcode.unavailable': 'none',
	'playback.transcode.busy': 'retry',
	'playback.transcode.failed': 'retry',
	'playback.file.changed': 'retry',
	'playback.session.absent': 'retry',
	'network.away': 'retry',
} as const satisfies Partial<Record<ApiFaultCode, Remedy>>;

export type PlayerFault = keyof typeof own | 'other';

/** The message of a code, `player.fault.<this>`, and its remedy. */
export const playerFault = (code: ApiFaultCode): { fault: PlayerFault; remedy: Remedy } => {
	if (Object.hasOwn(own, code)) {
		const fault = code as keyof typeof own;
		return { fault, remedy: own[fault] };
	}
	return { fault: 'other', remedy: 'retry' };
};
