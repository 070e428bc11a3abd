/**
 * What only the embedded database can get wrong: values it would silently change, damaged files, unknown
 * schemas.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { isFault, StartFault } from '../fault.ts';
import { startThread } from './dialects/sqlite-thread.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';

const temporary = async (t: TestContext): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-open-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	return join(folder, 'holdfast.db');
};

test('a date, an object, a missing value and NaN are refused instead of stored as something else', async (t) => {
	await using db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path: await temporary(t) });
	for (const value of [new Date(), { a: 1 }, undefined, Number.NaN, true, Symbol('x')]) {
		await assert.rejects(sql`select ${value} as "value"`.execute(db.query), TypeError);
	}
});

test('a file that is no database is refused and left as it was', async (t) => {
	const path = await temporary(t);
	const junk = Buffer.from('this is no database, but somebody may still want it');
	await writeFile(path, junk);
	await assert.rejects(openDatabase({ kind: 'sqlite', path }), (error) => {
		return error instanceof StartFault && error.exitCode === 3 && /damaged/.test(error.message);
	});
	assert.deepEqual(await readFile(path), junk);
});

test('a database with overwritten pages is refused', async (t) => {
	const path = await temporary(t);
	const db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path });
	await sql`create table "filler" ("text" text) strict`.execute(db.query);
	for (let index = 0; index < 200; index += 1) {
		await sql`insert into "filler" values (${'x'.repeat(900)})`.execute(db.query);
	}
	await db[Symbol.asyncDispose]();
	const bytes = await readFile(path);
	bytes.fill(0x5a, 8_192, 8_192 + 20_000);
	await writeFile(path, bytes);
	await assert.rejects(openDatabase({ kind: 'sqlite', path }), StartFault);
});

test('a schema newer than the program is left alone', async (t) => {
	const path = await temporary(t);
	const up = (): Promise<void> => Promise.resolve();
	await using db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path });
	await migrate(db, [
		{ name: 'one', up },
		{ name: 'from-the-future', up },
	]);
	await assert.rejects(migrate(db, [{ name: 'one', up }]), (error) => {
		return error instanceof StartFault && error.exitCode === 4 && /from-the-future/.test(error.message);
	});
});

test('a database whose file was removed while it runs is not ready', async (t) => {
	const path = await temporary(t);
	await using db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path });
	await db.engine.ping(db.query as never);
	await rm(path);
	await assert.rejects(db.engine.ping(db.query as never), (error) => isFault(error, 'server.database-away'));
});

test('where a transaction cannot begin, none of the statements sent with it runs', async (t) => {
	const thread = await startThread(await temporary(t), false);
	t.after(() => thread.close());
	await thread.run('create table "coin" ("name" text) strict', []);
	const put = 'insert into "coin" values (?)';
	await thread.run('begin immediate', []);
	// A transaction within a transaction: the database refuses to begin it.
	const tried = await Promise.allSettled([thread.run(put, ['a'], true), thread.run(put, ['b'])]);
	assert.deepEqual(
		tried.map(({ status }) => status),
		['rejected', 'rejected'],
	);
	await thread.run('rollback', []);
	await thread.run(put, ['c'], true);
	await thread.run('commit', []);
	assert.deepEqual((await thread.run('select * from "coin"', [])).rows, [{ name: 'c' }]);
});

test('a migration that fails halfway leaves the schema as it was', async (t) => {
	await using db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path: await temporary(t) });
	const half = {
		name: 'half',
		up: async (tx: Parameters<Parameters<typeof migrate>[1][number]['up']>[0]) => {
			await sql`create table "half" ("id" text) strict`.execute(tx);
			throw new Error('power cut');
		},
	};
	await assert.rejects(migrate(db, [half]), /power cut/);
	const left = await sql`select "name" from sqlite_master where "name" = 'half'`.execute(db.query);
	assert.equal(left.rows.length, 0);
});
