/** Generated passwords: their signs, their evenness. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generatePassword } from './generated-password.ts';

describe('a generated password', () => {
	it('has four groups of five signs without look-alikes', () => {
		for (let round = 0; round < 200; round += 1) {
			assert.match(generatePassword(), /^(?:[a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
		}
	});

	it('is another one each time', () => {
		const made = new Set(Array.from({ length: 500 }, () => generatePassword()));
		assert.equal(made.size, 500);
	});

	it('uses every sign equally often for even bytes', () => {
		const counts = new Map<string, number>();
		let next = 0;
		const everyByteInTurn = (bytes: Uint8Array<ArrayBuffer>) => bytes.map(() => next++ % 256);
		// 256 bytes a turn and 20 a password: 64 passwords are five whole turns.
		for (let round = 0; round < 64; round += 1) {
			for (const sign of generatePassword(everyByteInTurn).replaceAll('-', ''))
				counts.set(sign, (counts.get(sign) ?? 0) + 1);
		}
		assert.equal(counts.size, 32);
		assert.deepEqual(new Set(counts.values()), new Set([40]));
	});
});
