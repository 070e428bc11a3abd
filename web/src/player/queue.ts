/** The queue of music: what plays, what comes next, in which order. Pure; chance comes in as a function. */

export type Repeat = 'off' | 'all' | 'one';

/**
 * `order` holds indexes into `items`; `at` is a place in `order`. Never empty: an empty queue is no queue.
 */
export interface Queue<T> {
	readonly items: readonly T[];
	readonly order: readonly number[];
	readonly at: number;
	readonly isShuffled: boolean;
	readonly repeat: Repeat;
}

const inOrder = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Fisher and Yates; `random` answers from 0 up to but not 1. */
const shuffled = (indexes: readonly number[], random: () => number): number[] => {
	const mixed = [...indexes];
	for (let last = mixed.length - 1; last > 0; last -= 1) {
		const other = Math.floor(random() * (last + 1));
		[mixed[last], mixed[other]] = [mixed[other] as number, mixed[last] as number];
	}
	return mixed;
};

/** Starts at `startIndex` of `items`; shuffled, that one comes first and the rest in any order. */
export const queueOf = <T>(
	items: readonly T[],
	startIndex: number,
	options: { isShuffled: boolean; repeat?: Repeat; random: () => number },
): Queue<T> | undefined => {
	if (items.length === 0) return undefined;
	const start = Math.min(Math.max(0, startIndex), items.length - 1);
	const repeat = options.repeat ?? 'off';
	if (!options.isShuffled)
		return { items, order: inOrder(items.length), at: start, isShuffled: false, repeat };
	const rest = shuffled(
		inOrder(items.length).filter((index) => index !== start),
		options.random,
	);
	return { items, order: [start, ...rest], at: 0, isShuffled: true, repeat };
};

/** What plays now. */
export const currentOf = <T>(queue: Queue<T>): T => queue.items[queue.order[queue.at] ?? 0] as T;

/** What plays after it by itself, with the place it has; undefined at the end. */
export const upNext = <T>(queue: Queue<T>): { at: number; item: T } | undefined => {
	const at = queue.repeat === 'one' ? queue.at : queue.at + 1;
	const place = at < queue.order.length ? at : queue.repeat === 'all' ? 0 : undefined;
	if (place === undefined) return undefined;
	return { at: place, item: queue.items[queue.order[place] ?? 0] as T };
};

/** When a track ends by itself. Undefined: the music is over. */
export const advanced = <T>(queue: Queue<T>): Queue<T> | undefined => {
	const next = upNext(queue);
	return next && { ...queue, at: next.at };
};

/** When a person presses next: repeating one title does not hold them there. Undefined: there is no next. */
export const skipped = <T>(queue: Queue<T>): Queue<T> | undefined => {
	if (queue.at + 1 < queue.order.length) return { ...queue, at: queue.at + 1 };
	return queue.repeat === 'off' ? undefined : { ...queue, at: 0 };
};

/** Within these first milliseconds `previous` goes back a title; later it starts the title again. */
export const restartAfterMs = 3000;

/** When a person presses previous: the title again where it has played a while, else the one before. */
export const stepBack = <T>(queue: Queue<T>, positionMs: number): { queue: Queue<T>; isRestart: boolean } => {
	if (positionMs > restartAfterMs) return { queue, isRestart: true };
	if (queue.at > 0) return { queue: { ...queue, at: queue.at - 1 }, isRestart: false };
	if (queue.repeat === 'all') return { queue: { ...queue, at: queue.order.length - 1 }, isRestart: false };
	return { queue, isRestart: true };
};

/** Jumps to a place of the order, as the list shows it. */
export const jumpedTo = <T>(queue: Queue<T>, at: number): Queue<T> =>
	at >= 0 && at < queue.order.length ? { ...queue, at } : queue;

/** Turns shuffling on or off; what plays goes on playing. */
export const reshuffled = <T>(queue: Queue<T>, isShuffled: boolean, random: () => number): Queue<T> => {
	const current = queue.order[queue.at] ?? 0;
	if (!isShuffled) return { ...queue, order: inOrder(queue.items.length), at: current, isShuffled };
	const rest = shuffled(
		inOrder(queue.items.length).filter((index) => index !== current),
		random,
	);
	return { ...queue, order: [current, ...rest], at: 0, isShuffled };
};

/** Off, all, one, off again. */
export const nextRepeat = (repeat: Repeat): Repeat =>
	repeat === 'off' ? 'all' : repeat === 'all' ? 'one' : 'off';

/** The items in the order they play. */
export const playOrder = <T>(queue: Queue<T>): T[] => queue.order.map((index) => queue.items[index] as T);
