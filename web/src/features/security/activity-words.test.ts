/** What happened, in words: nothing that is recorded is told by its bare code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { en } from '../../messages/en.ts';
import { isWorthTelling } from './activity-words.ts';

const source = readFileSync(new URL('../../../../server/src/accounts/events.ts', import.meta.url), 'utf8');
const wordsOf = (name: string): string[] => {
	const union = source.split(`export type ${name} =`)[1]?.split(';')[0] ?? '';
	return [...union.matchAll(/\| '([a-z-]+)'/g)].map(([, word = '']) => word);
};

describe('activity', () => {
	it('has words for every kind of event that is told', () => {
		const kinds = wordsOf('EventKind');
		assert.ok(kinds.length > 30);
		const told = kinds.filter((kind) => isWorthTelling({ kind, cause: 'sign-in' }));
		assert.deepEqual(
			told.filter((kind) => !Object.hasOwn(en, `activity.kind.${kind}`)),
			[],
		);
	});

	it('leaves out sessions that were only given anew, and tells those that ended', () => {
		assert.equal(isWorthTelling({ kind: 'session-ended', cause: 'step-up' }), false);
		assert.equal(isWorthTelling({ kind: 'session-ended', cause: 'sign-out' }), true);
		assert.equal(isWorthTelling({ kind: 'stepped-up', cause: 'step-up' }), true);
	});
});
