/** One-time codes against `oathtool`, and which of them are taken. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { checkTotp, newTotpSecret, otpauthUrlOf } from './totp.ts';

const stepMs = 30_000;
const now = 1_790_000_010_000;
const step = Math.floor(now / stepMs);

/** The code of another program for a time. */
const oathtool = (secret: string, atMs: number): string | null => {
	const { stdout, status, error } = spawnSync(
		'oathtool',
		['--totp', '--base32', `--now=@${Math.floor(atMs / 1000)}`, secret],
		{ encoding: 'utf8' },
	);
	if (error) return null;
	assert.equal(status, 0, 'oathtool refused the secret');
	return stdout.trim();
};

const missing = oathtool('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', now) === null;
const skip = missing ? 'SKIPPED: oathtool is missing; install the package oathtool to run this' : false;

test('codes of oathtool are taken for the step before, the present and the next one, and no other', {
	skip,
}, () => {
	for (const secret of Array.from({ length: 20 }, newTotpSecret)) {
		const found = [-2, -1, 0, 1, 2].map((steps) => {
			const code = oathtool(secret, now + steps * stepMs) ?? '';
			const taken = checkTotp({ secret, code, lastStep: -1, now });
			return taken === null ? null : taken - step;
		});
		assert.deepEqual(found, [null, -1, 0, 1, null]);
	}
});

test('the numbers of RFC 6238, appendix B, come out, in six digits', () => {
	const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
	const known = [
		[59, '287082'],
		[1_111_111_109, '081804'],
		[1_234_567_890, '005924'],
		[20_000_000_000, '353130'],
	] as const;
	for (const [seconds, code] of known) {
		const at = seconds * 1000;
		assert.equal(checkTotp({ secret, code, lastStep: -1, now: at }), Math.floor(at / stepMs));
	}
});

test('a step that was taken, and every older one, is never taken again', { skip }, () => {
	const secret = newTotpSecret();
	const code = (steps: number): string => oathtool(secret, now + steps * stepMs) ?? '';
	const check = (steps: number, lastStep: number) =>
		checkTotp({ secret, code: code(steps), lastStep, now }) !== null;
	assert.equal(check(0, step - 1), true);
	assert.equal(check(0, step), false);
	assert.equal(check(-1, step), false);
	assert.equal(check(1, step), true);
	assert.equal(check(1, step + 1), false);
});

test('blanks in a code do not matter; other lengths and letters are wrong and break nothing', () => {
	const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
	const check = (code: string) => checkTotp({ secret, code, lastStep: -1, now: 59_000 });
	assert.equal(check(' 287 082 '), 1);
	for (const code of ['', '28708', '2870820', '0287082', '94287082', 'abcdef', '２８７０８２'])
		assert.equal(check(code), null, code);
});

test('the address for the QR code names issuer and person, and carries 160 bits', () => {
	const secret = newTotpSecret();
	const url = new URL(
		otpauthUrlOf(secret, { issuer: 'Holdfast (media.example.org)', username: 'Ada: the 1st' }),
	);
	assert.equal(url.protocol, 'otpauth:');
	assert.equal(url.host, 'totp');
	assert.equal(decodeURIComponent(url.pathname), '/Holdfast (media.example.org):Ada  the 1st');
	assert.equal(url.searchParams.get('secret'), secret);
	assert.match(secret, /^[A-Z2-7]{32}$/);
	assert.deepEqual(
		['issuer', 'digits', 'period', 'algorithm'].map((name) => url.searchParams.get(name)),
		['Holdfast (media.example.org)', '6', '30', 'SHA1'],
	);
});

test('secrets are new each time', () => {
	assert.equal(new Set(Array.from({ length: 200 }, newTotpSecret)).size, 200);
});
