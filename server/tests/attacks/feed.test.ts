/**
 * A media server that is lied to: events and checkpoints that are forged, replayed, left out or for another
 * server, by whoever stands between it and its account service or by the account service itself.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getSession } from '@holdfast/contract/accounts';
import { eventTypes, statementTypes } from '@holdfast/contract/feed';
import * as contract from '@holdfast/contract/servers';
import { consoleDoctor, getStatus } from '@holdfast/contract/system';
import { openConsole } from '../../src/cli/console.ts';
import { until } from '../support/journey.ts';
import {
	type Answer,
	type Asked,
	type LyingAuthority,
	startLyingAuthority,
} from '../support/lying-authority.ts';
import {
	type Browser,
	openBrowser,
	Refused,
	startWholeServer,
	type WholeServer,
} from '../support/whole-server.ts';

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

describe('a media server that is lied to', () => {
	let authority: LyingAuthority;
	let media: WholeServer;

	before(async () => {
		authority = await startLyingAuthority();
		media = await startWholeServer({ env: { HOLDFAST_AUTHORITY: authority.url } });
		await until('the account service to be heard', async () => {
			const status = await openBrowser(media.url).call(getStatus);
			return status.hasOwner && status.authority?.heardAt;
		});
	});
	after(async () => {
		await media[Symbol.asyncDispose]();
		await authority[Symbol.asyncDispose]();
	});

	const begin = async (visitor: Browser) => {
		const { flow, url } = await visitor.call(contract.beginEnter, { body: { origin: media.url } });
		const request = new URLSearchParams(new URL(url).hash.slice(1)).get('request') ?? '';
		const claims = JSON.parse(Buffer.from(request.split('.')[1]!, 'base64url').toString()) as {
			state: string;
		};
		return { flow, code: 'A'.repeat(43), state: claims.state, iss: authority.url };
	};
	const enter = async (): Promise<Browser> => {
		const visitor = openBrowser(media.url);
		await visitor.call(contract.finishEnter, { body: await begin(visitor) });
		return visitor;
	};
	const alarm = async (): Promise<string | null> => {
		await using machine = await openConsole(media.config);
		return (await machine.call(contract.consoleAuthority, {})).alarm;
	};

	const jti = 'event-that-signs-out';
	/** An answer with one event, parts of which may be other than they should be. */
	const answerWith = (
		parts: {
			readonly event?: (asked: Asked) => string;
			readonly checkpoint?: (asked: Asked) => string;
			readonly sets?: (event: string) => Record<string, string>;
		},
		asked: Asked,
	): Answer => {
		const position = asked.after + 1;
		const event = parts.event?.(asked) ?? authority.statement('event', authority.eventClaims(position, jti));
		const claims = authority.checkpointClaims(asked, position, [jti]);
		const typ = statementTypes.checkpoint;
		return {
			sets: parts.sets?.(event) ?? { [jti]: event },
			checkpoint: parts.checkpoint?.(asked) ?? authority.statement('checkpoint', claims, { typ }),
			moreAvailable: false,
		};
	};
	const eventWith =
		(
			more: Record<string, unknown>,
			header: Record<string, unknown> = {},
			use: 'event' | 'stranger' = 'event',
		) =>
		(asked: Asked): string =>
			authority.statement(use, authority.eventClaims(asked.after + 1, jti, more), header);
	const checkpointWith =
		(more: Record<string, unknown>, use: 'event' | 'checkpoint' | 'stranger' = 'checkpoint', header = {}) =>
		(asked: Asked): string =>
			authority.statement(use, authority.checkpointClaims(asked, asked.after + 1, [jti], more), {
				typ: statementTypes.checkpoint,
				...header,
			});

	const lies: Readonly<Record<string, Parameters<typeof answerWith>[0]>> = {
		'an event without a signature': {
			event: (asked) => eventWith({}, { alg: 'none' })(asked).replace(/[^.]+$/u, 'AAAA'),
		},
		'an event by a stranger’s key': { event: eventWith({}, {}, 'stranger') },
		'an event by a stranger’s key under a known name': {
			event: (asked) => {
				const known = eventWith({})(asked).split('.');
				return [known[0], known[1], eventWith({}, {}, 'stranger')(asked).split('.')[2]].join('.');
			},
		},
		'an event of another issuer': { event: eventWith({ iss: 'https://evil.example' }) },
		'an event for another audience': { event: eventWith({ aud: 'https://evil.example' }) },
		'an event with an end, as tokens have': { event: eventWith({ exp: 4_000_000_000 }) },
		'an event with a subject, as tokens have': { event: eventWith({ sub: 'owner000000000000000000x' }) },
		'an event of another type': { event: eventWith({}, { typ: 'JWT' }) },
		'a logout token as an event': { event: eventWith({}, { typ: 'logout+jwt' }) },
		'an event under another id': { event: eventWith({ jti: 'another' }) },
		'an event from before': { event: eventWith({ position: 3 }) },
		'an event from beyond the checkpoint': { event: eventWith({ position: 9_000_000 }) },
		'an event of two kinds': {
			event: eventWith({
				events: { [eventTypes.sessionRevoked]: { epoch: 2 }, [eventTypes.accountPurged]: {} },
			}),
		},
		'an event left out': { sets: () => ({}) },
		'an event slipped in': { checkpoint: checkpointWith({ events: [] }) },
		'a checkpoint for another server': { checkpoint: checkpointWith({ aud: 'A'.repeat(43) }) },
		'a checkpoint for another question': { checkpoint: checkpointWith({ nonce: 'A'.repeat(43) }) },
		'a checkpoint from another position': { checkpoint: checkpointWith({ after: 0 }) },
		'a checkpoint that goes back': { checkpoint: checkpointWith({ position: 1 }) },
		'a checkpoint from yesterday': { checkpoint: checkpointWith({ at: Date.now() - 86_400_000 }) },
		'a checkpoint by the key of events': { checkpoint: checkpointWith({}, 'event') },
		'a checkpoint by a stranger’s key': { checkpoint: checkpointWith({}, 'stranger') },
		'an event as a checkpoint': {
			checkpoint: checkpointWith({}, 'checkpoint', { typ: statementTypes.event }),
		},
		'a checkpoint that brings its key': { checkpoint: checkpointWith({}, 'checkpoint', { jwk: {} }) },
	};

	test('believes none of it, says so, ends nothing, and believes the truth again', async () => {
		const visitor = await enter();
		for (const [what, parts] of Object.entries(lies)) {
			authority.say((asked) => answerWith(parts, asked));
			await until(`an alarm for ${what}`, alarm);
			assert.equal((await visitor.fetch(getSession.path)).status, 200, what);
			authority.say(null);
			await until(`the truth after ${what}`, async () => (await alarm()) === null);
		}
		authority.say((asked) => answerWith({}, asked));
		await until(
			'the true event to end the session',
			async () => (await visitor.fetch(getSession.path)).status === 401,
		);
		authority.say(null);
		// A sign-in that was on its way while the event came is too old; one after it is not.
		assert.equal(await outcome(enter()), 'access.entry-failed');
		authority.letIn({ position: 1_000, accountEpoch: 2 });
		assert.equal(await outcome(enter()), 'done');
	});

	test('what is said of another server’s people ends nothing here', async () => {
		const visitor = await enter();
		let said = 0;
		const elsewhere = {
			[eventTypes.personChanged]: { event_timestamp: 0, server: 'another0000000000000000x' },
		};
		authority.say((asked) => {
			said += 1;
			return answerWith({ event: eventWith({ events: elsewhere }) }, asked);
		});
		await until('it to be heard twice', async () => said > 2);
		authority.say(null);
		assert.equal(await alarm(), null);
		assert.equal((await visitor.fetch(getSession.path)).status, 200);
	});

	test('an alarm stands in what the doctor finds', async () => {
		authority.say((asked) => answerWith({ sets: () => ({}) }, asked));
		await until('the alarm', alarm);
		await using machine = await openConsole(media.config);
		const { findings } = await machine.call(consoleDoctor, {});
		const finding = findings.find(({ topic }) => topic === 'authority');
		assert.equal(finding?.state, 'bad');
		authority.say(null);
		await until('the truth', async () => (await alarm()) === null);
	});

	test('a way in belongs to the tab that asked, to one answer, and to this account service', async () => {
		const visitor = openBrowser(media.url);
		const finish = (body: Awaited<ReturnType<typeof begin>>) =>
			outcome(visitor.call(contract.finishEnter, { body }));
		const first = await begin(visitor);
		assert.equal(await finish({ ...first, state: 'B'.repeat(43) }), 'access.entry-failed');
		// One look spends it, right or wrong.
		assert.equal(await finish(first), 'access.entry-failed');
		assert.equal(
			await finish({ ...(await begin(visitor)), iss: 'https://evil.example' }),
			'access.entry-failed',
		);
		const others = await begin(openBrowser(media.url));
		assert.equal(await finish({ ...(await begin(visitor)), state: others.state }), 'access.entry-failed');
		const right = await begin(visitor);
		assert.equal(await finish(right), 'done');
		assert.equal(await finish(right), 'access.entry-failed');
		for (const origin of [
			'https://evil.example',
			`${media.url}/`,
			'http://127.0.0.1:1',
			'http://localhost:80',
		])
			assert.equal(
				await outcome(visitor.call(contract.beginEnter, { body: { origin } })),
				'access.address-unknown',
				origin,
			);
	});

	test('a server that knows its people itself has no such way in', async () => {
		await using own = await startWholeServer();
		const call = openBrowser(own.url).call(contract.beginEnter, { body: { origin: own.url } });
		assert.equal(await outcome(call), 'access.authority-none');
	});
});
