/** What a client hears of errors that are not ours to explain. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SqliteError } from '../db/dialects/sqlite-thread.ts';
import { faultOf, problemOf } from './problem.ts';

describe('an error that nobody expected', () => {
	test('says nothing of itself', () => {
		const problem = problemOf(faultOf(new Error('select secret from /home/ada/holdfast.db')));
		assert.equal(problem.status, 500);
		assert.doesNotMatch(JSON.stringify(problem), /secret|ada/);
	});

	test('of a full disk says that, whoever met it', () => {
		const errors = [
			Object.assign(new Error('no space left'), { code: 'ENOSPC' }),
			Object.assign(new Error('could not extend file'), { code: '53100' }),
			new SqliteError('database or disk is full', 13),
		];
		for (const error of errors) {
			const problem = problemOf(faultOf(error));
			assert.deepEqual([problem.status, problem.code], [503, 'server.disk-full']);
		}
		assert.equal(faultOf(new SqliteError('disk I/O error', 10)).code, 'server.broken');
	});
});
