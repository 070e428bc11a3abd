/** The kit's text and sealed file: typed by hand, mistyped, mixed up and damaged. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ready } from '@serenity-kit/opaque';
import { KeysUnusable } from './key-file.ts';
import { type KeeperKeys, newKeeperKeys } from './keys.ts';
import { makeRecoveryKit, openRecoveryKit, sealKeys } from './recovery-kit.ts';
import { makeSetUp, withNewSetUp } from './set-ups.ts';

before(() => ready);

const madeAtMs = 1_700_000_000_000;
const makeKit = () => {
	const fresh = newKeeperKeys(makeSetUp(madeAtMs), madeAtMs);
	return makeRecoveryKit(fresh, { serverName: 'Home', serverId: 'server-1' }, madeAtMs);
};
const sealedFor = (keys: KeeperKeys): string => {
	const sealed = sealKeys(keys);
	assert.ok(sealed);
	return sealed;
};
const keyIn = (kit: string): string =>
	(kit.match(/(?:[2-9A-Z]{4}-?){7}/g) ?? []).join('-').replace(/--/g, '-');

const unusable = (words: RegExp) => (error: unknown) =>
	error instanceof KeysUnusable && words.test(error.message);

test('without a kit nothing is sealed', () => {
	assert.equal(sealKeys(newKeeperKeys(makeSetUp(madeAtMs), madeAtMs)), null);
});

test('the kit names server, day and kit, says what to do, and holds none of the keys themselves', () => {
	const { kit, keys } = makeKit();
	for (const words of [
		'Home',
		'server-1',
		'2023-11-14',
		keys.kit?.id ?? '?',
		'keeper-keys.sealed',
		'HOW TO USE IT',
	]) {
		assert.ok(kit.includes(words), words);
	}
	for (const secret of Object.values(keys.roots)) assert.ok(!kit.includes(secret));
	assert.ok(kit.split('\n').every((line) => line.length <= 115));
});

test('a name with line breaks cannot write lines of its own into the kit', () => {
	const fresh = newKeeperKeys(makeSetUp(madeAtMs), madeAtMs);
	const serverName = 'Home\n\nRecovery key:\u2028\u202eevil';
	const { kit } = makeRecoveryKit(fresh, { serverName, serverId: 's' }, madeAtMs);
	assert.equal(kit.split(/[\n\u2028]/).filter((line) => line.startsWith('Recovery key:')).length, 1);
});

test('the whole text opens the copy, and so does the key alone, however it is typed', () => {
	const { kit, keys } = makeKit();
	const sealedKeys = sealedFor(keys);
	const key = keyIn(kit);
	assert.equal(key.length, 14 * 4 + 13);
	const typed = [
		kit,
		kit.replaceAll('\n', '\r\n'),
		key,
		key.toLowerCase(),
		key.replaceAll('-', ' '),
		key.replaceAll('-', ''),
	];
	for (const text of typed) assert.deepEqual(openRecoveryKit({ kit: text, sealedKeys }), keys);
});

test('keys that changed after the kit was taken are sealed to the same kit', () => {
	const { kit, keys } = makeKit();
	const changed = withNewSetUp(keys, madeAtMs + 1);
	assert.deepEqual(openRecoveryKit({ kit, sealedKeys: sealedFor(changed) }), changed);
});

test('a mistyped, missing or foreign key is named as what it is', () => {
	const { kit, keys } = makeKit();
	const sealedKeys = sealedFor(keys);
	const key = keyIn(kit);
	const mistyped = (key.startsWith('2') ? '3' : '2') + key.slice(1);
	assert.throws(() => openRecoveryKit({ kit: mistyped, sealedKeys }), unusable(/a letter that is not right/));
	assert.throws(() => openRecoveryKit({ kit: key.slice(5), sealedKeys }), unusable(/no recovery key/));
	const other = makeKit();
	assert.throws(() => openRecoveryKit({ kit: other.kit, sealedKeys }), unusable(/belongs to kit/));
});

test('a damaged copy is named as damaged', () => {
	const { kit, keys } = makeKit();
	const sealedKeys = sealedFor(keys);
	const changed = sealedKeys.replace(/"serverId":"server-1"/, '"serverId":"server-2"');
	assert.throws(() => openRecoveryKit({ kit, sealedKeys: changed }), unusable(/damaged/));
	for (const part of ['', '{}', sealedKeys.slice(0, 100)]) {
		assert.throws(() => openRecoveryKit({ kit, sealedKeys: part }), unusable(/not a whole/));
	}
});
