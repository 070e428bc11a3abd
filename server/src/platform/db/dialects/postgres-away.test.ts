/** A database that goes away under the program: a fault for whoever asked, and nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { postgresUrl } from '../../../../tests/support/databases.ts';
import { isFault } from '../../fault.ts';
import { openDatabase } from '../open.ts';

test('a connection that is cut in a transaction costs that transaction, and the next one is whole', async () => {
	await using database = await openDatabase<object>({ kind: 'postgres', url: postgresUrl(), poolSize: 2 });
	const cut = database.transaction(async (tx) => {
		const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as "pid"`.execute(tx);
		await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(database.query);
		// Idle in its transaction while it breaks: no query of its own is there to hear of it.
		await new Promise((resolve) => setTimeout(resolve, 100));
		await sql`select 1`.execute(tx);
	});
	await assert.rejects(cut, (error) => isFault(error, 'server.database-away'));
	assert.equal((await sql<{ one: number }>`select 1 as "one"`.execute(database.query)).rows[0]?.one, 1);
});
