/** Keys do what people know from other players, and never take keys from a control in focus. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, type KeyPress } from './keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}) =>
	commandOf({ key, hasModifier: false, hasShift: false, isOnControl: false, ...more });

test('the common keys work, in upper case too', () => {
	assert.deepEqual(press(' '), { kind: 'toggle-play' });
	assert.deepEqual(press('K'), { kind: 'toggle-play' });
	assert.deepEqual(press('j'), { kind: 'seek-by', byMs: -10_000 });
	assert.deepEqual(press('ArrowRight'), { kind: 'seek-by', byMs: 10_000 });
	assert.deepEqual(press('Escape'), { kind: 'leave' });
	assert.deepEqual(press('MediaPlayPause'), { kind: 'toggle-play' });
});

test('digits jump to tenths', () => {
	assert.deepEqual(press('0'), { kind: 'seek-to-share', share: 0 });
	assert.deepEqual(press('7'), { kind: 'seek-to-share', share: 0.7 });
});

test('space, Enter and arrows belong to a button or slider that has the focus', () => {
	for (const key of [' ', 'Enter', 'ArrowLeft', 'ArrowUp'])
		assert.equal(press(key, { isOnControl: true }), undefined);
	assert.deepEqual(press('f', { isOnControl: true }), { kind: 'toggle-full-screen' });
});

test('keys with Ctrl, Alt or Meta stay the browser’s', () => {
	assert.equal(press('f', { hasModifier: true }), undefined);
	assert.equal(press('ArrowLeft', { hasModifier: true }), undefined);
});

test('Shift and N or P go to the next or previous title', () => {
	assert.deepEqual(press('N', { hasShift: true }), { kind: 'next' });
	assert.deepEqual(press('P', { hasShift: true }), { kind: 'previous' });
	assert.equal(press('F', { hasShift: true }), undefined);
});

test('a key nobody knows does nothing', () => {
	assert.equal(press('q'), undefined);
	assert.equal(press('F5'), undefined);
});
