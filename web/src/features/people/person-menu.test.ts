/** The menu of a person fits how their account stands. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersonEntry } from '@holdfast/contract/people';
import { actionsFor } from './person-menu.ts';

const somebody: Pick<PersonEntry, 'may' | 'status' | 'highestLevel'> = {
	may: { administer: true, roles: ['member', 'guest'], becomeOwner: false },
	status: 'active',
	highestLevel: 1,
};

describe('the menu of a person', () => {
	it('is empty where the server says that nothing may be done', () => {
		assert.deepEqual(actionsFor({ ...somebody, may: { ...somebody.may, administer: false } }), []);
	});

	it('offers what fits how the account stands', () => {
		assert.deepEqual(actionsFor(somebody), ['role', 'reset', 'deactivate', 'delete']);
		assert.deepEqual(actionsFor({ ...somebody, status: 'deactivated' }), ['reactivate', 'delete']);
		assert.deepEqual(actionsFor({ ...somebody, status: 'leaving' }), ['keep']);
	});

	it('helps with a lost second factor where there is one', () => {
		const actions = actionsFor({ ...somebody, highestLevel: 2 });
		assert.deepEqual(actions, ['role', 'reset', 'factor', 'deactivate', 'delete']);
	});

	it('hands the server over only where the server says so', () => {
		const heir = { ...somebody, may: { ...somebody.may, becomeOwner: true } };
		assert.ok(actionsFor(heir).includes('owner'));
	});
});
