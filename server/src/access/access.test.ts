/** Live sessions over an authority that tests write: what is asked again, what ends, what is never missed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import type { Fault } from '../platform/fault.ts';
import { createAccess } from './access.ts';
import type { Authority, LiveSession, SecurityEvent } from './authority.ts';
import { createEventReader } from './event-reader.ts';
import { createLiveSessions } from './live-sessions.ts';

const year = 365 * 24 * 60 * 60_000;

/** An authority far away: sessions by token, and a log that grows. */
const createAuthority = () => {
	const sessions = new Map<string, LiveSession>();
	const log: SecurityEvent[] = [];
	let asked = 0;
	let beforeAnswer: () => Promise<void> | void = () => undefined;
	let isAway = false;
	const authority: Authority = {
		resolveSession: async (token) => {
			asked += 1;
			const session = sessions.get(token) ?? null;
			await beforeAnswer();
			return session;
		},
		eventsAfter: async (cursor, limit) => {
			if (isAway) throw new Error('away');
			const events = log.filter(({ position }) => position > cursor).slice(0, limit);
			return { events, cursor: events.at(-1)?.position ?? cursor };
		},
		newestPosition: async () => log.length,
		onNews: async () => async () => undefined,
	};
	return {
		authority,
		sessions,
		asked: () => asked,
		beforeAnswer: (action: typeof beforeAnswer) => {
			beforeAnswer = action;
		},
		goAway: (away: boolean) => {
			isAway = away;
		},
		append: (event: Partial<SecurityEvent> & { kind: string }) => {
			const nobody = { accountId: null, sessionId: null, epoch: null, issuerId: null };
			log.push({ position: log.length + 1, at: 0, ...nobody, ...event });
		},
	};
};

const sessionOf = (name: string, more: Partial<LiveSession> = {}): LiveSession => ({
	sessionId: `session-${name}`,
	accountId: 'anna',
	role: 'member',
	viewerId: 'viewer',
	accountEpoch: 1,
	serverEpoch: 1,
	globalEpoch: 1,
	expiresAt: 1_700_000_000_000 + year,
	scope: 'full',
	level: 1,
	highestLevel: 1,
	issuerId: null,
	createdAt: 1_700_000_000_000,
	authenticatedAt: 1_700_000_000_000,
	mustAddFactor: false,
	...more,
});

const openRoom = (sessionsHeldMax?: number) => {
	const far = createAuthority();
	const clock = manualClock();
	const sessions = createLiveSessions({
		authority: far.authority,
		clock,
		beforeLookUp: () => reader.begin(),
		...(sessionsHeldMax === undefined ? {} : { sessionsHeldMax }),
	});
	const { apply, isIdle } = sessions;
	const reader = createEventReader({ authority: far.authority, clock, log: silentLog, apply, isIdle });
	return { far, clock, sessions, reader };
};

describe('a live session', () => {
	it('is asked of the authority once a minute at most, and once for many calls at once', async () => {
		const { far, clock, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('token', sessionOf('one'));
		const found = await Promise.all([1, 2, 3].map(() => sessions.find('token')));
		assert.equal(new Set(found).size, 1);
		assert.equal(far.asked(), 1);
		await clock.advance(59_000);
		await sessions.find('token');
		assert.equal(far.asked(), 1);
		await clock.advance(1_000);
		await sessions.find('token');
		assert.equal(far.asked(), 2);
	});

	it('ends where the authority no longer knows it, and where its time is over', async () => {
		const { far, clock, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('forgotten', sessionOf('forgotten'));
		far.sessions.set('short', sessionOf('short', { expiresAt: clock.now() + 30_000 }));
		const forgotten = await sessions.find('forgotten');
		const short = await sessions.find('short');
		far.sessions.clear();
		await clock.advance(61_000);
		sessions.expire();
		assert.equal(short?.ending.signal.aborted, true);
		assert.equal(forgotten?.ending.signal.aborted, false);
		assert.equal(await sessions.find('forgotten'), null);
		assert.equal(forgotten?.ending.signal.aborted, true);
	});

	const endings: readonly (readonly [
		string,
		Partial<SecurityEvent> & { kind: string },
		readonly boolean[],
	])[] = [
		['its own end', { kind: 'session-ended', sessionId: 'session-old' }, [true, false, false]],
		['its account', { kind: 'account-epoch-raised', accountId: 'anna', epoch: 2 }, [true, false, false]],
		[
			'its account, twice',
			{ kind: 'account-epoch-raised', accountId: 'anna', epoch: 3 },
			[true, true, false],
		],
		['the server', { kind: 'server-epoch-raised', epoch: 2 }, [true, true, true]],
		['everything', { kind: 'global-epoch-raised', epoch: 2 }, [true, true, true]],
		['nothing', { kind: 'signed-in', accountId: 'anna', sessionId: 'session-old' }, [false, false, false]],
		[
			'an epoch of long ago',
			{ kind: 'account-epoch-raised', accountId: 'anna', epoch: 1 },
			[false, false, false],
		],
	];
	for (const [what, event, expected] of endings) {
		it(`ends by an event about ${what}, and only then`, async () => {
			const { far, clock, sessions, reader } = openRoom();
			await using _closing = reader;
			far.sessions.set('old', sessionOf('old'));
			far.sessions.set('new', sessionOf('new', { accountEpoch: 2 }));
			far.sessions.set('ben', sessionOf('ben', { accountId: 'ben' }));
			const held = [];
			for (const token of ['old', 'new', 'ben']) held.push(await sessions.find(token));
			far.append(event);
			await clock.advance(250);
			assert.deepEqual(
				held.map((entry) => entry?.ending.signal.aborted),
				expected,
			);
		});
	}

	it('is not missed by an event that comes while the authority answers', async () => {
		const { far, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('first', sessionOf('first'));
		await sessions.find('first');
		far.sessions.set('token', sessionOf('one'));
		far.beforeAnswer(async () => {
			far.beforeAnswer(() => undefined);
			far.sessions.delete('token');
			far.append({ kind: 'session-ended', sessionId: 'session-one' });
			await reader.read();
		});
		assert.equal(await sessions.find('token'), null);
	});

	it('is looked at again when its account changes, and keeps its streams', async () => {
		const { far, clock, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('token', sessionOf('one'));
		const before = await sessions.find('token');
		far.sessions.set('token', sessionOf('one', { role: 'administrator' }));
		far.append({ kind: 'account-changed', accountId: 'anna' });
		await clock.advance(250);
		const after = await sessions.find('token');
		assert.equal(after?.session.role, 'administrator');
		assert.equal(after, before);
	});

	it('makes room for others unless a call of it is open, and then still ends', async () => {
		const { far, clock, sessions, reader } = openRoom(2);
		await using _closing = reader;
		for (const name of ['watching', 'idle', 'late', 'later']) far.sessions.set(name, sessionOf(name));
		const watching = await sessions.find('watching');
		watching!.openCalls = 1;
		for (const name of ['idle', 'late', 'later']) await sessions.find(name);
		const asked = far.asked();
		await sessions.find('watching');
		await sessions.find('later');
		assert.equal(far.asked(), asked);
		await sessions.find('idle');
		assert.equal(far.asked(), asked + 1);
		far.append({ kind: 'account-epoch-raised', accountId: 'anna', epoch: 2 });
		await clock.advance(250);
		assert.equal(watching?.ending.signal.aborted, true);
	});
});

describe('the reader of events', () => {
	it('goes on where it stood after the authority was away', async () => {
		const { far, clock, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('token', sessionOf('one'));
		const held = await sessions.find('token');
		far.goAway(true);
		far.append({ kind: 'session-ended', sessionId: 'session-one' });
		await clock.advance(1_000);
		assert.equal(held?.ending.signal.aborted, false);
		far.goAway(false);
		await clock.advance(250);
		assert.equal(held?.ending.signal.aborted, true);
	});

	it('reads through any number of events at once', async () => {
		const { far, clock, sessions, reader } = openRoom();
		await using _closing = reader;
		far.sessions.set('token', sessionOf('one'));
		const held = await sessions.find('token');
		for (let count = 0; count < 2_000; count += 1) far.append({ kind: 'signed-in' });
		far.append({ kind: 'session-ended', sessionId: 'session-one' });
		await clock.advance(250);
		assert.equal(held?.ending.signal.aborted, true);
	});
});

describe('what each rule asks of a session', () => {
	const minute = 60_000;
	const sessions = {
		fresh: {},
		stale: { authenticatedAt: 1_700_000_000_000 - 5 * minute },
		'fresh below its level': { highestLevel: 2 },
		'fresh at its level': { level: 2, highestLevel: 2 },
		media: { scope: 'media' },
		'must add a factor': { mustAddFactor: true },
		administrator: { role: 'administrator' },
		'stale administrator': { role: 'administrator', authenticatedAt: 1_700_000_000_000 - 5 * minute },
		'media administrator': { role: 'administrator', scope: 'media' },
		'administrator below the level': { role: 'administrator', highestLevel: 2 },
		'administrator who must add a factor': { role: 'administrator', mustAddFactor: true },
	} as const satisfies Readonly<Record<string, Partial<LiveSession>>>;
	const [yes, no, stepUp, factor] = [
		'yes',
		'access.not-allowed',
		'access.step-up-needed',
		'access.factor-needed',
	];
	const table: Readonly<Record<keyof typeof sessions, readonly string[]>> = {
		fresh: [yes, yes, yes, no, no, no],
		stale: [yes, yes, stepUp, no, no, no],
		'fresh below its level': [yes, yes, stepUp, no, no, no],
		'fresh at its level': [yes, yes, yes, no, no, no],
		media: [yes, no, no, no, no, no],
		'must add a factor': [factor, yes, yes, no, no, no],
		administrator: [yes, yes, yes, yes, yes, no],
		'stale administrator': [yes, yes, stepUp, yes, stepUp, no],
		'media administrator': [yes, no, no, no, no, no],
		'administrator below the level': [yes, yes, stepUp, yes, stepUp, no],
		'administrator who must add a factor': [factor, yes, yes, factor, factor, no],
	};
	const rules = ['viewer', 'self', 'self-fresh', 'administrator', 'administrator-fresh', 'console'] as const;
	for (const [name, expected] of Object.entries(table)) {
		it(`of one that is ${name}`, async () => {
			const far = createAuthority();
			far.sessions.set('token', sessionOf('one', sessions[name as keyof typeof sessions]));
			await using access = createAccess({
				authority: far.authority,
				clock: manualClock(),
				log: silentLog,
				tokenOf: () => 'token',
				isConsole: () => false,
			});
			const request = { raw: { method: 'GET', headers: {} }, headers: {} } as never;
			const reply = { raw: { once: () => undefined } } as never;
			const answers = [];
			for (const rule of rules)
				answers.push(
					await access.gate(rule, request, reply).then(
						() => 'yes',
						(error: unknown) => (error as Fault).code,
					),
				);
			assert.deepEqual(answers, expected);
		});
	}
});
