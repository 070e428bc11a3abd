/** The keeper's answers over time and under abuse, in this process with a clock that can be turned. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { ready } from '@serenity-kit/opaque';
import fc from 'fast-check';
import { createOpaqueClient, lightStretching } from '../../tests/support/opaque-client.ts';
import { type ManualClock, manualClock } from '../platform/clock.ts';
import { type AnswerNeeds, createAnswerer } from './answer.ts';
import { newKeeperKeys } from './keys.ts';
import { type RefusalCode, type ReplyOf, type RequestOf, type Verb, verbs } from './messages.ts';
import { makeSetUp, withNewSetUp } from './set-ups.ts';

before(() => ready);

const dayMs = 24 * 3_600_000;
const client = createOpaqueClient({ stretching: lightStretching });

const openAnswerer = (overrides: Partial<AnswerNeeds> = {}) => {
	const clock: ManualClock = manualClock();
	const keys = overrides.keys ?? newKeeperKeys(makeSetUp(clock.now()), clock.now());
	const answer = createAnswerer({ clock, keys, saveKeys: () => {}, confinement: [], ...overrides });
	const ask = <V extends Verb>(verb: V, input: RequestOf<V>): ReplyOf<V> => {
		const [only] = answer([{ id: 7, verb, input }]);
		assert.equal(only?.id, 7);
		if ('refusal' in only) throw new Error(only.refusal);
		assert.ok(verbs[verb].reply(only.reply), `the reply to ${verb} has the shape that is promised`);
		return only.reply as ReplyOf<V>;
	};
	return { clock, keys, answer, ask };
};

const refusedWith = (code: RefusalCode) => ({ message: code });

const register = ({ ask }: ReturnType<typeof openAnswerer>) => {
	const started = client.startRegistration('correct horse');
	const { registrationRequest } = started;
	const answered = ask('startRegistration', { credentialId: 'credential', registrationRequest });
	const { registrationRecord } = client.finishRegistration(started.state, answered.registrationResponse);
	const record = { setupId: answered.setupId, record: registrationRecord };
	return { credentialId: 'credential', accountId: 'account', record };
};

const startSignIn = ({ ask }: ReturnType<typeof openAnswerer>, known: RequestOf<'startSignIn'>['known']) => {
	const { state, startLoginRequest } = client.startLogin('correct horse');
	const answered = ask('startSignIn', { known, unknownKey: 'name', startLoginRequest });
	const finished = client.finishLogin(state, answered.loginResponse);
	assert.ok(finished);
	return { sealedState: answered.sealedState, finishLoginRequest: finished.finishLoginRequest };
};

describe('time', () => {
	test('a sign-in may take just under 120 s, and no longer', async () => {
		const machine = openAnswerer();
		const person = register(machine);
		const inTime = startSignIn(machine, person);
		const late = startSignIn(machine, person);
		await machine.clock.advance(119_999);
		assert.equal(machine.ask('finishSignIn', inTime)?.accountId, 'account');
		await machine.clock.advance(1);
		assert.throws(() => machine.ask('finishSignIn', late), refusedWith('accounts.flow.expired'));
	});

	test('the proof of a finished exchange is good for 60 s', async () => {
		const machine = openAnswerer();
		const finished = machine.ask('finishSignIn', startSignIn(machine, register(machine)));
		assert.ok(finished);
		const { wrapped } = machine.ask('newDataKey', { accountId: 'account' });
		const proof = { kind: 'exchange', proof: finished.proof } as const;
		const entry = { accountId: 'account', wrapped, proof };
		await machine.clock.advance(59_999);
		assert.equal(machine.ask('unwrap', [entry]).length, 1);
		await machine.clock.advance(1);
		assert.throws(() => machine.ask('unwrap', [entry]), refusedWith('access.sign-in-needed'));
		const longer = finished.proof.replace(/^\d+/, (digits) => String(Number(digits) + 60_000));
		const stretched = { ...entry, proof: { ...proof, proof: longer } };
		assert.throws(() => machine.ask('unwrap', [stretched]), refusedWith('access.sign-in-needed'));
	});

	test('a state sealed before a restart is worthless after it', () => {
		const machine = openAnswerer();
		const finish = startSignIn(machine, register(machine));
		const restarted = openAnswerer({ keys: machine.keys });
		assert.throws(() => restarted.ask('finishSignIn', finish), refusedWith('accounts.flow.expired'));
	});
});

describe('generations of set-ups', () => {
	test('whoever registered under an older one signs in and is asked to register again', () => {
		const machine = openAnswerer();
		const person = register(machine);
		const rotated = openAnswerer({ keys: withNewSetUp(machine.keys, machine.clock.now()) });
		assert.equal(rotated.ask('finishSignIn', startSignIn(rotated, person))?.mustReregister, true);
		const again = register(rotated);
		assert.notEqual(again.record.setupId, person.record.setupId);
		assert.equal(rotated.ask('finishSignIn', startSignIn(rotated, again))?.mustReregister, false);
	});

	test('names that nobody has move to a new one bit by bit, each once and never back', async () => {
		const first = openAnswerer();
		const { startLoginRequest } = client.startLogin('correct horse');
		const names = Array.from({ length: 40 }, (_none, index) => `name-${index}`);
		const evaluations = (machine: ReturnType<typeof openAnswerer>): string[] =>
			names.map((unknownKey) => {
				const answered = machine.ask('startSignIn', { known: null, unknownKey, startLoginRequest });
				return answered.loginResponse.slice(0, 42);
			});
		const early = evaluations(first);
		const rotated = openAnswerer({ keys: withNewSetUp(first.keys, first.clock.now()) });
		const movedAfter = async (days: number): Promise<boolean[]> => {
			await rotated.clock.advance(days * dayMs);
			return evaluations(rotated).map((evaluated, index) => evaluated !== early[index]);
		};
		const atOnce = await movedAfter(0);
		const afterTenDays = await movedAfter(10);
		const afterAYear = await movedAfter(355);
		assert.ok(atOnce.every((isMoved) => !isMoved));
		const count = afterTenDays.filter(Boolean).length;
		assert.ok(count > 5 && count < 38, `${count} of 40 moved within ten days`);
		assert.ok(afterAYear.every(Boolean));
		const settled = evaluations(rotated);
		await rotated.clock.advance(100 * dayMs);
		assert.deepEqual(evaluations(rotated), settled);
	});
});

describe('the budget', () => {
	const openMany = (machine: ReturnType<typeof openAnswerer>, count: number): readonly string[] => {
		const { wrapped } = machine.ask('newDataKey', { accountId: 'account' });
		const entry = { accountId: 'account', wrapped, proof: null };
		return machine.ask(
			'unwrap',
			Array.from({ length: count }, () => entry),
		);
	};

	test('openings without proof are refused above it, all or none, until an hour has passed', async () => {
		const machine = openAnswerer({ openingsPerHourMax: 100 });
		assert.equal(openMany(machine, 60).length, 60);
		assert.throws(() => openMany(machine, 41), refusedWith('server.keeper-refused'));
		assert.equal(machine.ask('report', null).meteredOpeningsLastHour, 60);
		assert.equal(openMany(machine, 40).length, 40);
		await machine.clock.advance(59 * 60_000);
		assert.throws(() => openMany(machine, 1), refusedWith('server.keeper-refused'));
		await machine.clock.advance(2 * 60_000);
		assert.equal(openMany(machine, 100).length, 100);
	});

	test('what misses counts too', () => {
		const machine = openAnswerer();
		const { wrapped } = machine.ask('newDataKey', { accountId: 'account' });
		const wrong = { accountId: 'another', wrapped, proof: null };
		assert.throws(() => machine.ask('unwrap', [wrong]), refusedWith('server.broken'));
		assert.equal(machine.ask('report', null).meteredOpeningsLastHour, 1);
	});

	test('the cap that is in force lets a household through and stops somebody who opens everything', () => {
		const machine = openAnswerer();
		let opened = 0;
		assert.throws(() => {
			for (let call = 0; call < 100; call += 1) opened += openMany(machine, 200).length;
		}, refusedWith('server.keeper-refused'));
		assert.equal(opened, 10_000);
	});
});

describe('whatever arrives', () => {
	test('anything at all gets answers with known codes, and nothing is thrown', () => {
		const machine = openAnswerer();
		fc.assert(
			fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 4 }), (message) => {
				for (const answered of machine.answer(message)) {
					assert.ok('refusal' in answered && answered.refusal === 'request.malformed');
				}
			}),
			{ numRuns: 2_000 },
		);
	});

	test('a real verb with any input is answered: by a reply of its shape, or by a refusal', () => {
		const machine = openAnswerer();
		const verb = fc.oneof(
			fc.constantFrom(...Object.keys(verbs)),
			fc.constantFrom('constructor', '__proto__'),
		);
		const input = fc.oneof(
			fc.anything(),
			fc.record({ credentialId: fc.string(), registrationRequest: fc.base64String() }),
			fc.record({ sealedState: fc.base64String(), finishLoginRequest: fc.stringMatching(/^[\w-]{86}$/) }),
			fc.record({
				known: fc.constant(null),
				unknownKey: fc.string(),
				startLoginRequest: fc.stringMatching(/^[\w-]{128}$/),
			}),
			fc.array(
				fc.record({
					accountId: fc.string(),
					wrapped: fc.stringMatching(/^[\w-]{92}$/),
					proof: fc.constant(null),
				}),
			),
		);
		fc.assert(
			fc.property(verb, input, (name, given) => {
				const [only, ...more] = machine.answer([{ id: 1, verb: name, input: given }]);
				assert.equal(more.length, 0);
				assert.ok(only && ('reply' in only || only.refusal.length > 0));
				if ('reply' in only) assert.ok(verbs[name as Verb].reply(only.reply));
			}),
			{ numRuns: 2_000 },
		);
	});

	test('one bad request in a batch spoils no other', () => {
		const { answer } = openAnswerer();
		const good = { id: 2, verb: 'blindIndex', input: { purpose: 'username', values: ['ada'] } };
		const answers = answer([{ id: 1, verb: 'no-such-verb', input: null }, good, null]);
		assert.deepEqual(
			answers.map((one) => [one.id, 'reply' in one]),
			[
				[1, false],
				[2, true],
				[0, false],
			],
		);
	});

	test('a record that was damaged in the database is our fault, not the client’s', () => {
		const machine = openAnswerer();
		const person = register(machine);
		const damaged = { ...person, record: { ...person.record, record: '_'.repeat(256) } };
		const { startLoginRequest } = client.startLogin('x');
		const asking = () =>
			machine.ask('startSignIn', { known: damaged, unknownKey: 'name', startLoginRequest });
		assert.throws(asking, refusedWith('server.broken'));
	});
});
