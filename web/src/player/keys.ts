/** Which key does what in the player. Pure, so that the table can be tested and shown. */

export type PlayerCommand =
	| { readonly kind: 'toggle-play' }
	| { readonly kind: 'seek-by'; readonly byMs: number }
	| { readonly kind: 'seek-to-share'; readonly share: number }
	| { readonly kind: 'volume-by'; readonly by: number }
	| { readonly kind: 'toggle-mute' }
	| { readonly kind: 'toggle-full-screen' }
	| { readonly kind: 'toggle-subtitles' }
	| { readonly kind: 'show-controls' }
	| { readonly kind: 'next' }
	| { readonly kind: 'previous' }
	| { readonly kind: 'leave' };

/** What the keys and buttons skip. */
export const skipMs = 10_000;

export interface KeyPress {
	readonly key: string;
	readonly hasModifier: boolean;
	readonly hasShift: boolean;
	/** A control such as a button or slider holds the focus: arrows, Enter and space are its own. */
	readonly isOnControl: boolean;
}

const always: Readonly<Record<string, PlayerCommand>> = {
	k: { kind: 'toggle-play' },
	j: { kind: 'seek-by', byMs: -skipMs },
	l: { kind: 'seek-by', byMs: skipMs },
	m: { kind: 'toggle-mute' },
	f: { kind: 'toggle-full-screen' },
	c: { kind: 'toggle-subtitles' },
	escape: { kind: 'leave' },
	browserback: { kind: 'leave' },
	goback: { kind: 'leave' },
	mediaplaypause: { kind: 'toggle-play' },
	mediafastforward: { kind: 'seek-by', byMs: skipMs },
	mediarewind: { kind: 'seek-by', byMs: -skipMs },
	mediatracknext: { kind: 'next' },
	mediatrackprevious: { kind: 'previous' },
};

const offControls: Readonly<Record<string, PlayerCommand>> = {
	' ': { kind: 'toggle-play' },
	enter: { kind: 'show-controls' },
	arrowleft: { kind: 'seek-by', byMs: -skipMs },
	arrowright: { kind: 'seek-by', byMs: skipMs },
	arrowup: { kind: 'volume-by', by: 0.05 },
	arrowdown: { kind: 'volume-by', by: -0.05 },
};

/** The command of a key, or undefined where the key belongs to the browser or to the control in focus. */
export const commandOf = ({
	key,
	hasModifier,
	hasShift,
	isOnControl,
}: KeyPress): PlayerCommand | undefined => {
	if (hasModifier) return undefined;
	const name = key.toLowerCase();
	if (hasShift) return name === 'n' ? { kind: 'next' } : name === 'p' ? { kind: 'previous' } : undefined;
	if (/^[0-9]$/.test(name)) return { kind: 'seek-to-share', share: Number(name) / 10 };
	return always[name] ?? (isOnControl ? undefined : offControls[name]);
};
