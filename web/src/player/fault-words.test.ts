/** Whatever stops a film, the page has words for it and for what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultCodes } from '@holdfast/contract/errors';
import { startPlayback } from '@holdfast/contract/playback';
import { mediaEn } from '../messages/media-en.ts';
import { playerFault } from './fault-words.ts';

const texts: Readonly<Record<string, string>> = mediaEn;

test('every code of the contract leads to two texts that exist', () => {
	for (const code of [...faultCodes, 'network.away' as const]) {
		const { fault } = playerFault(code);
		assert.ok(texts[`player.fault.${fault}`], fault);
		assert.ok(texts[`player.fault.${fault}.do`], fault);
	}
});

test('what starting a playback may answer has words of its own', () => {
	for (const code of startPlayback.errors) assert.notEqual(playerFault(code).fault, 'other', code);
});

test('a session that ended offers to sign in, not to try again', () => {
	assert.equal(playerFault('access.sign-in-needed').remedy, 'sign-in');
	assert.equal(playerFault('network.away').remedy, 'retry');
	assert.equal(playerFault('playback.plan.impossible').remedy, 'none');
});
