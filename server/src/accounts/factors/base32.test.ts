/** Codes as people type them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareBase32 } from './base32.ts';
import { hashOfCode, newCode } from './recovery-codes.ts';

test('a code has 120 bits in six groups of four, and none comes twice', () => {
	const codes = Array.from({ length: 500 }, newCode);
	for (const code of codes) assert.match(code, /^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
	assert.equal(new Set(codes).size, 500);
});

test('case, blanks, dashes and look-alikes do not matter', () => {
	const code = 'ABIO-2345-ABIO-2345-ABIO-2345';
	for (const typed of [code.toLowerCase(), code.replaceAll('-', ' '), code.replaceAll('-', ''), ` ${code}\n`])
		assert.equal(hashOfCode(typed), hashOfCode(code));
	assert.equal(bareBase32('a810-2345'), 'ABIO2345');
	assert.notEqual(hashOfCode('ABIO-2345-ABIO-2345-ABIO-2346'), hashOfCode(code));
});
