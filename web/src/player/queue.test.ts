/** The queue plays everything once, in its order, and does what its buttons say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	advanced,
	currentOf,
	jumpedTo,
	nextRepeat,
	playOrder,
	type Queue,
	queueOf,
	reshuffled,
	skipped,
	stepBack,
	upNext,
} from './queue.ts';

const tracks = ['a', 'b', 'c', 'd', 'e'];
/** A fixed chain of numbers, so that a shuffle is the same each time. */
const chance = (seed: number): (() => number) => {
	let state = seed;
	return () => {
		state = (state * 16_807) % 2_147_483_647;
		return state / 2_147_483_647;
	};
};
const made = (options: Partial<Parameters<typeof queueOf>[2]> = {}, start = 0): Queue<string> => {
	const queue = queueOf(tracks, start, { isShuffled: false, random: chance(7), ...options });
	assert.ok(queue);
	return queue;
};
const playedThrough = (start: Queue<string>, stepsMax = 20): string[] => {
	const heard: string[] = [];
	let queue: Queue<string> | undefined = start;
	while (queue && heard.length < stepsMax) {
		heard.push(currentOf(queue));
		queue = advanced(queue);
	}
	return heard;
};

test('nothing to play is no queue', () => {
	assert.equal(queueOf([], 0, { isShuffled: false, random: chance(1) }), undefined);
});

test('an album started in its middle plays to its end and stops', () => {
	assert.deepEqual(playedThrough(made({}, 2)), ['c', 'd', 'e']);
});

test('a shuffled queue starts with what was chosen and plays everything exactly once', () => {
	for (let seed = 1; seed < 50; seed += 1) {
		const heard = playedThrough(made({ isShuffled: true, random: chance(seed) }, 3));
		assert.equal(heard[0], 'd');
		assert.deepEqual([...heard].sort(), tracks);
	}
});

test('shuffling gives different orders, also at the far ends of chance', () => {
	const orders = new Set<string>();
	for (let seed = 1; seed < 50; seed += 1) {
		orders.add(playOrder(made({ isShuffled: true, random: chance(seed * 7919) })).join(''));
	}
	assert.ok(orders.size > 10, `only ${orders.size} orders`);
	assert.deepEqual([...playOrder(made({ isShuffled: true, random: () => 0.999_999_9 }))].sort(), tracks);
	assert.deepEqual([...playOrder(made({ isShuffled: true, random: () => 0 }))].sort(), tracks);
});

test('turning shuffle off again goes on from the present title in the order of the album', () => {
	const mixed = jumpedTo(made({ isShuffled: true }), 2);
	const now = currentOf(mixed);
	const plain = reshuffled(mixed, false, chance(1));
	assert.equal(currentOf(plain), now);
	assert.deepEqual(playOrder(plain), tracks);
	const again = reshuffled(plain, true, chance(3));
	assert.equal(currentOf(again), now);
	assert.deepEqual([...playOrder(again)].sort(), tracks);
});

test('repeat all comes round, repeat one stays, off ends', () => {
	assert.deepEqual(playedThrough(made({ repeat: 'all' }, 4), 3), ['e', 'a', 'b']);
	assert.deepEqual(playedThrough(made({ repeat: 'one' }, 1), 3), ['b', 'b', 'b']);
	assert.equal(upNext(made({}, 4)), undefined);
});

test('pressing next leaves a repeated title, and at the end of a queue that does not repeat there is none', () => {
	const next = skipped(made({ repeat: 'one' }, 1));
	assert.equal(next && currentOf(next), 'c');
	assert.equal(skipped(made({}, 4)), undefined);
});

test('previous starts a title again after a while, and before that goes back one', () => {
	const queue = made({}, 2);
	assert.deepEqual(stepBack(queue, 10_000), { queue, isRestart: true });
	assert.equal(currentOf(stepBack(queue, 500).queue), 'b');
	assert.equal(stepBack(made({}, 0), 500).isRestart, true);
	assert.equal(currentOf(stepBack(made({ repeat: 'all' }, 0), 500).queue), 'e');
});

test('a jump outside of the queue changes nothing', () => {
	const queue = made({}, 2);
	assert.equal(jumpedTo(queue, 9), queue);
	assert.equal(currentOf(jumpedTo(queue, 4)), 'e');
});

test('the repeat button goes round', () => {
	assert.equal(nextRepeat(nextRepeat(nextRepeat('off'))), 'off');
});
