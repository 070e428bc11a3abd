/** The channel against a process that a test plays: batches, time limits, deaths and nonsense. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { manualClock } from '../platform/clock.ts';
import { isFault, StartFault } from '../platform/fault.ts';
import { silentLog } from '../platform/log.ts';
import { type LineEvents, openChannel } from './channel.ts';
import type { Request } from './messages.ts';

const away = (error: unknown): boolean => isFault(error, 'server.keeper-away');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const index = { purpose: 'username', values: ['ada'] } as const;
const indexReply = ['A'.repeat(43)];

const openPlayed = () => {
	const clock = manualClock();
	const lines: { events: LineEvents; batches: (readonly Request[])[] }[] = [];
	const channel = openChannel({
		clock,
		log: silentLog,
		connect: (events) => {
			const line = { events, batches: [] as (readonly Request[])[] };
			lines.push(line);
			return {
				send: (batch) => line.batches.push(batch),
				hangUp: async () => events.onEnd('hung up'),
				kill: () => events.onEnd('killed'),
			};
		},
	});
	const last = () => lines.at(-1)!;
	return { clock, lines, channel, last, sent: () => last().batches.flat() };
};

describe('requests', () => {
	test('wait for the process, and those of one tick go in one message of at most 64', async () => {
		const { channel, last } = openPlayed();
		const asked = Array.from({ length: 100 }, () => channel.ask('blindIndex', index));
		await turn();
		assert.equal(last().batches.length, 0);
		last().events.onMessage({ ready: true });
		await turn();
		assert.deepEqual(
			last().batches.map((batch) => batch.length),
			[64, 36],
		);
		for (const batch of last().batches) {
			last().events.onMessage({ answers: batch.map(({ id }) => ({ id, reply: indexReply })) });
		}
		assert.equal((await Promise.all(asked)).length, 100);
		await channel.close();
	});

	test('that get no answer in 10 s are told that the keeper is away', async () => {
		const { channel, clock, last } = openPlayed();
		last().events.onMessage({ ready: true });
		const asked = channel.ask('blindIndex', index);
		asked.catch(() => {});
		await turn();
		await clock.advance(10_500);
		await assert.rejects(asked, away);
		await channel.close();
	});

	test('beyond 4,000 waiting are refused at once', async () => {
		const { channel } = openPlayed();
		const waiting = Array.from({ length: 4_000 }, () => channel.ask('blindIndex', index));
		for (const asked of waiting) asked.catch(() => {});
		await assert.rejects(channel.ask('blindIndex', index), away);
		await channel.close();
		await assert.rejects(waiting[0]!, away);
	});

	test('of a wrong shape are refused before they are sent', async () => {
		const { channel, last, sent } = openPlayed();
		last().events.onMessage({ ready: true });
		const asked = channel.ask('blindIndex', { ...index, values: ['x'.repeat(2_000)] });
		await assert.rejects(asked, (error) => isFault(error, 'request.malformed'));
		await turn();
		assert.equal(sent().length, 0);
		await channel.close();
	});
});

describe('answers', () => {
	test('that are nonsense harm nobody, and one in a wrong shape fails its own request', async () => {
		const { channel, last, sent } = openPlayed();
		last().events.onMessage({ ready: true });
		const wrong = channel.ask('blindIndex', index);
		const right = channel.ask('blindIndex', index);
		wrong.catch(() => {});
		await turn();
		const [first, second] = sent();
		const nonsense = [null, 1, 'x', [], {}, { answers: 1 }, { answers: [null] }, { answers: [{ id: -1 }] }];
		for (const message of nonsense) last().events.onMessage(message);
		last().events.onMessage({ answers: [{ id: 999, reply: indexReply }] });
		last().events.onMessage({ answers: [{ id: first!.id, reply: { secret: true } }] });
		last().events.onMessage({ answers: [{ id: second!.id, reply: indexReply }] });
		await assert.rejects(wrong, (error) => isFault(error, 'server.broken'));
		assert.deepEqual(await right, indexReply);
		await channel.close();
	});
});

describe('deaths', () => {
	const askBoth = (channel: ReturnType<typeof openPlayed>['channel']) => {
		const repeatable = channel.ask('blindIndex', index);
		const once = channel.ask('finishSignIn', { sealedState: 'AAAA', finishLoginRequest: 'A'.repeat(86) });
		for (const asked of [repeatable, once]) asked.catch(() => {});
		return { repeatable, once };
	};

	test('what may be asked twice is asked again, what may not is told at once', async () => {
		const { channel, clock, last, lines, sent } = openPlayed();
		last().events.onMessage({ ready: true });
		const { repeatable, once } = askBoth(channel);
		await turn();
		last().events.onEnd('killed');
		await assert.rejects(once, away);
		await clock.advance(100);
		assert.equal(lines.length, 2);
		last().events.onMessage({ ready: true });
		await turn();
		assert.deepEqual(
			sent().map(({ verb }) => verb),
			['blindIndex'],
		);
		last().events.onMessage({ answers: [{ id: sent()[0]!.id, reply: indexReply }] });
		assert.deepEqual(await repeatable, indexReply);
		await channel.close();
	});

	test('a request that kills two processes is not sent to a third', async () => {
		const { channel, clock, last, sent } = openPlayed();
		last().events.onMessage({ ready: true });
		const { repeatable } = askBoth(channel);
		await turn();
		last().events.onEnd('killed');
		await clock.advance(100);
		last().events.onMessage({ ready: true });
		await turn();
		last().events.onEnd('killed');
		await assert.rejects(repeatable, away);
		await clock.advance(200);
		last().events.onMessage({ ready: true });
		await turn();
		assert.equal(sent().length, 0);
		await channel.close();
	});

	test('the pause before each new start grows, up to 10 s', async () => {
		const { channel, clock, last, lines } = openPlayed();
		for (const pauseMs of [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
			const count = lines.length;
			last().events.onEnd('killed');
			await clock.advance(pauseMs - 1);
			assert.equal(lines.length, count);
			await clock.advance(1);
			assert.equal(lines.length, count + 1);
		}
		await clock.advance(60_000);
		last().events.onEnd('killed');
		await clock.advance(100);
		assert.equal(lines.length, 11, 'a process that lived long is started again soon');
		await channel.close();
	});

	test('a process that says it cannot work is not started again, and its words are passed on', async () => {
		const { channel, clock, last, lines } = openPlayed();
		const asked = channel.ask('blindIndex', index);
		asked.catch(() => {});
		last().events.onMessage({ fatal: 'The key file is damaged.' });
		last().events.onEnd('exit code 78');
		await assert.rejects(
			channel.ready(),
			(error) => error instanceof StartFault && error.message === 'The key file is damaged.',
		);
		await assert.rejects(asked, away);
		await clock.advance(60_000);
		assert.equal(lines.length, 1);
		await channel.close();
	});

	test('a process that says nothing while it owes an answer is ended and started again', async () => {
		const { channel, clock, last, lines } = openPlayed();
		last().events.onMessage({ ready: true });
		for (const asked of Object.values(askBoth(channel))) asked.catch(() => {});
		await turn();
		await clock.advance(11_000);
		assert.equal(lines.length, 2);
		await channel.close();
	});

	test('a process that is slow but answers is left alone, and so is one that owes nothing', async () => {
		const { channel, clock, last, lines } = openPlayed();
		last().events.onMessage({ ready: true });
		await clock.advance(60_000);
		for (const asked of Object.values(askBoth(channel))) asked.catch(() => {});
		await turn();
		await clock.advance(6_000);
		last().events.onMessage({ answers: [] });
		await clock.advance(6_000);
		assert.equal(lines.length, 1);
		await channel.close();
	});

	test('closing while a new start is due starts nothing', async () => {
		const { channel, clock, last, lines } = openPlayed();
		last().events.onEnd('killed');
		await channel.close();
		await clock.advance(60_000);
		assert.equal(lines.length, 1);
	});
});
