/** The security centre's summary. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionEntry, SessionKind } from '@holdfast/contract/accounts';
import type { FactorEntry } from '@holdfast/contract/factors';
import { groupSessions, nextStepOf } from './summary.ts';

const factor: FactorEntry = {
	factorId: 'factor-1',
	kind: 'totp',
	label: 'Phone',
	createdAt: 1,
	lastUsedAt: null,
	isSynced: null,
};

const session = (kind: SessionKind, lastUsedAt: number, isCurrent = false): SessionEntry => ({
	sessionId: `${kind}-${lastUsedAt}`,
	kind,
	scope: 'full',
	label: kind,
	network: null,
	place: null,
	level: 1,
	isKeyBound: false,
	createdAt: 0,
	lastUsedAt,
	expiresAt: null,
	isCurrent,
});

describe('the next step', () => {
	it('is a factor first, and says where one is required', () => {
		assert.equal(nextStepOf({ factors: [], isRequired: false, recoveryCodesLeft: 10 }), 'factor');
		assert.equal(nextStepOf({ factors: [], isRequired: true, recoveryCodesLeft: 0 }), 'factor-required');
	});

	it('is recovery codes next, before they run out', () => {
		const facts = { factors: [factor], isRequired: false };
		assert.equal(nextStepOf({ ...facts, recoveryCodesLeft: 0 }), 'codes');
		assert.equal(nextStepOf({ ...facts, recoveryCodesLeft: 3 }), 'codes-few');
		assert.equal(nextStepOf({ ...facts, recoveryCodesLeft: 4 }), 'none');
	});
});

describe('what is signed in', () => {
	it('stands in groups, this browser first and the last used next', () => {
		const found = groupSessions([
			session('app-password', 9),
			session('browser', 5),
			session('tv', 8),
			session('browser', 3, true),
			session('app', 2),
		]);
		assert.deepEqual(
			found.map(({ group, sessions }) => [group, sessions.map(({ sessionId }) => sessionId)]),
			[
				['browsers', ['browser-3', 'browser-5']],
				['televisions', ['tv-8']],
				['apps', ['app-password-9', 'app-2']],
			],
		);
	});
});
