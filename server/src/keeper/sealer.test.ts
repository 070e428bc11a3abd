/**
 * What is sealed opens in its place only, and keys do not stay in memory. The wrapping is the keeper's real
 * one.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ready } from '@serenity-kit/opaque';
import { manualClock } from '../platform/clock.ts';
import { isFault } from '../platform/fault.ts';
import { newDataKey, openDataKey } from './data-keys.ts';
import type { Keeper } from './keeper.ts';
import { newKeeperKeys } from './keys.ts';
import { createSealer } from './sealer.ts';
import { makeSetUp } from './set-ups.ts';

const broken = (error: unknown): boolean => isFault(error, 'server.broken');
const away = (error: unknown): boolean => isFault(error, 'server.keeper-away');
const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

/**
 * A sealer over the keeper's own functions, which counts the openings and keeps hold of the keys it gave
 * out.
 */
const openSealer = async () => {
	await ready;
	const clock = manualClock();
	const keys = newKeeperKeys(makeSetUp(clock.now()), clock.now());
	const given: Uint8Array[] = [];
	const give = (dataKey: string): Uint8Array => {
		const bytes = toBytes(dataKey);
		given.push(bytes);
		return bytes;
	};
	const wrap: Keeper['wrap'] = {
		newDataKey: async (accountId) => {
			const made = newDataKey(keys, { kind: 'data', id: accountId });
			return { dataKey: give(made.dataKey), wrapped: made.wrapped };
		},
		unwrap: async (entries) =>
			entries.map(({ accountId, wrapped }) =>
				give(openDataKey(keys, { kind: 'data', id: accountId }, wrapped)),
			),
		newMailKey: async (mailId) => {
			const made = newDataKey(keys, { kind: 'mail', id: mailId });
			return { dataKey: give(made.dataKey), wrapped: made.wrapped };
		},
		openMailKeys: async (entries) =>
			entries.map(({ mailId, wrapped }) => give(openDataKey(keys, { kind: 'mail', id: mailId }, wrapped))),
		bindSession: () => Promise.reject(new Error('not used here')),
	};
	return { clock, given, wrap, sealer: createSealer({ keeper: { wrap }, clock }) };
};

const isWiped = (key: Uint8Array | undefined): boolean => key?.every((byte) => byte === 0) ?? false;

describe('sealing', () => {
	test('a text comes back, and no two sealings of it are alike', async () => {
		const { sealer } = await openSealer();
		const { seal } = await sealer.forNewAccount('ada');
		const first = seal.seal('accounts', 'email', 'ada@example.org – ✓');
		const second = seal.seal('accounts', 'email', 'ada@example.org – ✓');
		assert.notDeepEqual(first, second);
		assert.equal(seal.open('accounts', 'email', first), 'ada@example.org – ✓');
		assert.equal(seal.open('accounts', 'email', Buffer.from(second)), 'ada@example.org – ✓');
		assert.equal(seal.open('accounts', 'email', seal.seal('accounts', 'email', '')), '');
	});

	test('a mail is sealed under a key of its own, which opens once and is wiped', async () => {
		const { sealer, given } = await openSealer();
		const { wrapped, sealed } = await sealer.sealForMail('mail-1', 'ada@example.org');
		assert.deepEqual(await sealer.openMails([{ mailId: 'mail-1', wrapped, sealed }]), ['ada@example.org']);
		assert.ok(given.length === 2 && given.every(isWiped));
		assert.equal(sealer.cachedCount, 0);
		await assert.rejects(sealer.openMails([{ mailId: 'mail-2', wrapped, sealed }]), /server.broken/);
	});

	test('a ciphertext moved to another table, column or account does not open', async () => {
		const { sealer } = await openSealer();
		const ada = await sealer.forNewAccount('ada');
		const bob = await sealer.forNewAccount('bob');
		const sealed = ada.seal.seal('accounts', 'email', 'secret');
		assert.throws(() => ada.seal.open('sessions', 'email', sealed), broken);
		assert.throws(() => ada.seal.open('accounts', 'name', sealed), broken);
		assert.throws(() => bob.seal.open('accounts', 'email', sealed), broken);
		assert.throws(() => ada.seal.open('accountse', 'mail', sealed), broken);
		await assert.rejects(sealer.open('bob', ada.wrapped, null), { message: 'server.broken' });
	});

	test('a ciphertext with any bit changed, cut short or of another version does not open', async () => {
		const { sealer } = await openSealer();
		const { seal } = await sealer.forNewAccount('ada');
		const sealed = seal.seal('accounts', 'email', 'secret');
		for (let index = 0; index < sealed.length; index += 1) {
			const changed = Uint8Array.from(sealed);
			changed[index] = changed[index]! ^ 0x80;
			assert.throws(() => seal.open('accounts', 'email', changed), broken);
		}
		for (const length of [0, 1, 12, 28, sealed.length - 1]) {
			assert.throws(() => seal.open('accounts', 'email', sealed.slice(0, length)), broken);
		}
	});
});

describe('keys in memory', () => {
	test('a key is asked for once while it is kept, and again afterwards', async () => {
		const { clock, given, sealer } = await openSealer();
		const { wrapped, seal } = await sealer.forNewAccount('ada');
		const sealed = seal.seal('t', 'c', 'text');
		await sealer.open('ada', wrapped, null);
		assert.equal(given.length, 1);
		await clock.advance(45_000);
		assert.equal((await sealer.open('ada', wrapped, null)).open('t', 'c', sealed), 'text');
		assert.equal(given.length, 2);
	});

	test('after 60 s every key is wiped, and a seal never seals with zeroes', async () => {
		const { clock, given, sealer } = await openSealer();
		const { seal } = await sealer.forNewAccount('ada');
		const sealed = seal.seal('t', 'c', 'text');
		await clock.advance(45_000);
		assert.equal(seal.open('t', 'c', sealed), 'text');
		await clock.advance(15_000);
		assert.equal(sealer.cachedCount, 0);
		assert.ok(given.every(isWiped));
		assert.throws(() => seal.seal('t', 'c', 'text'), away);
		assert.throws(() => seal.open('t', 'c', sealed), away);
	});

	test('1,000 keys are kept, and the least recently used one is wiped for the next', async () => {
		const { given, sealer } = await openSealer();
		const first = await sealer.forNewAccount('account-0');
		const second = await sealer.forNewAccount('account-1');
		for (let index = 2; index < 1_000; index += 1) await sealer.forNewAccount(`account-${index}`);
		await sealer.open('account-0', first.wrapped, null);
		await sealer.forNewAccount('account-1000');
		assert.equal(sealer.cachedCount, 1_000);
		assert.equal(isWiped(given[0]), false);
		assert.equal(isWiped(given[1]), true);
		assert.throws(() => second.seal.seal('t', 'c', 'text'), away);
	});

	test('many accounts open in one call and in order, each key asked for once', async () => {
		const { given, sealer, wrap } = await openSealer();
		const names = ['ada', 'bob', 'eve'];
		const made = await Promise.all(names.map((name) => wrap.newDataKey(name)));
		const accounts = names.map((accountId, index) => ({
			accountId,
			wrapped: made[index]!.wrapped,
			proof: null,
		}));
		const before = given.length;
		const seals = await sealer.openMany([...accounts, accounts[0]!]);
		const sealed = seals.map((seal) => seal.seal('t', 'c', 'text'));
		assert.equal(seals[3]!.open('t', 'c', sealed[0]!), 'text');
		assert.throws(() => seals[1]!.open('t', 'c', sealed[0]!), broken);
		await sealer.openMany(accounts);
		assert.ok(given.length - before <= 4);
	});

	test('forgetting an account and disposing the sealer wipe at once', async () => {
		const { given, sealer } = await openSealer();
		await sealer.forNewAccount('ada');
		await sealer.forNewAccount('bob');
		sealer.forget('ada');
		assert.deepEqual(given.map(isWiped), [true, false]);
		sealer[Symbol.dispose]();
		assert.deepEqual(given.map(isWiped), [true, true]);
	});
});
