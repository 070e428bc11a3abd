/** What both databases promise alike: transactions, constraints, retries, refused values, text search. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import { isFault } from '../fault.ts';
import { SqliteError } from './dialects/sqlite-thread.ts';
import type { Migration } from './migrate.ts';

const empty = { coins: 0, note: null, blob: null };

interface Tables {
	purse: { id: string; coins: number; note: string | null; blob: Uint8Array | null };
}

const first: Migration = {
	name: 'test-0001-purse',
	up: async (db, engine) => {
		const { text, integer, bytes } = engine.columns;
		await sql`create table "purse" ("id" ${text} not null primary key, "coins" ${integer} not null,
			"note" ${text}, "blob" ${bytes}) ${engine.tableOptions}`.execute(db);
		await engine.fullText.create(db, 'purseText');
	},
};

describeOnBothEngines('a database', { migrations: [first] }, (open, engine) => {
	test('a hundred interleaved transactions lose no coin and see none of each other', async () => {
		await using db = await open<Tables>();
		await db.query.insertInto('purse').values({ id: 'a', coins: 0, note: null, blob: null }).execute();
		const add = (): Promise<void> =>
			db.transaction(async (tx) => {
				const row = await tx
					.selectFrom('purse')
					.select('coins')
					.where('id', '=', 'a')
					.executeTakeFirstOrThrow();
				await new Promise((resolve) => setImmediate(resolve));
				await tx
					.updateTable('purse')
					.set({ coins: row.coins + 1 })
					.where('id', '=', 'a')
					.execute();
			});
		for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 5 }, add));
		const { coins } = await db.query.selectFrom('purse').select('coins').executeTakeFirstOrThrow();
		assert.equal(coins, 100);
	});

	test('a lone statement gives its answer, however many transactions it meets', async () => {
		await using db = await open<Tables>();
		const ids = Array.from({ length: 8 }, (_, index) => `p${index}`);
		for (const id of ids)
			await db.query.insertInto('purse').values({ id, coins: 0, note: null, blob: null }).execute();
		const move = (from: string): Promise<void> =>
			db.transaction(async (tx) => {
				const rows = await tx.selectFrom('purse').select('coins').execute();
				const coins = rows.reduce((sum, row) => sum + row.coins, 0) % 7;
				await tx.updateTable('purse').set({ coins }).where('id', '=', from).execute();
			});
		const alone = async (index: number): Promise<void> => {
			await db.query.selectFrom('purse').select('coins').execute();
			const id = ids[index % ids.length]!;
			await db.query
				.updateTable('purse')
				.set({ note: `${index}` })
				.where('id', '=', id)
				.execute();
		};
		for (let round = 0; round < 20; round += 1) {
			await Promise.all([...ids.slice(0, 4).map(move), ...ids.map((_, index) => alone(index))]);
		}
	});

	test('a transaction that throws leaves nothing, and the next one works', async () => {
		await using db = await open<Tables>();
		const failing = db.transaction(async (tx) => {
			await tx.insertInto('purse').values({ id: 'b', coins: 1, note: null, blob: null }).execute();
			throw new Error('on purpose');
		});
		await assert.rejects(failing, /on purpose/);
		assert.deepEqual(await db.query.selectFrom('purse').selectAll().execute(), []);
		await db.transaction((tx) =>
			tx.insertInto('purse').values({ id: 'b', coins: 1, note: null, blob: null }).execute(),
		);
		assert.equal((await db.query.selectFrom('purse').selectAll().execute()).length, 1);
	});

	test('statements sent at once in a transaction run in their order, and all or none of them stay', async () => {
		await using db = await open<Tables>();
		const put = (tx: Kysely<Tables>, id: string) =>
			tx
				.insertInto('purse')
				.values({ ...empty, id })
				.execute();
		const read = await db.transaction(async (tx) => {
			const [, seen] = await Promise.all([
				put(tx, 'a'),
				tx.selectFrom('purse').selectAll().execute(),
				put(tx, 'b'),
			]);
			return seen.map(({ id }) => id);
		});
		assert.deepEqual(read, ['a']);
		await assert.rejects(db.transaction((tx) => Promise.all([put(tx, 'c'), put(tx, 'a'), put(tx, 'd')])));
		const left = await db.query.selectFrom('purse').select('id').orderBy('id').execute();
		assert.deepEqual(
			left.map(({ id }) => id),
			['a', 'b'],
		);
	});

	test('a near view reads what was committed, and writes where all writes go', async () => {
		await using db = await open<Tables>();
		const near = db.near();
		await near.query
			.insertInto('purse')
			.values({ ...empty, id: 'a', coins: 1 })
			.execute();
		assert.equal((await near.query.selectFrom('purse').selectAll().executeTakeFirst())?.coins, 1);
		await near.transaction(async (tx) => {
			await tx.updateTable('purse').set({ coins: 2 }).execute();
			assert.equal((await near.query.selectFrom('purse').selectAll().executeTakeFirst())?.coins, 1);
		});
		assert.equal((await db.near().query.selectFrom('purse').selectAll().executeTakeFirst())?.coins, 2);
	});

	test('a read does not wait for a transaction that is open, and does not see it', async () => {
		await using db = await open<Tables>();
		await db.transaction(async (tx) => {
			await tx.insertInto('purse').values({ id: 'c', coins: 1, note: null, blob: null }).execute();
			assert.equal((await db.query.selectFrom('purse').selectAll().execute()).length, 0);
		});
		assert.equal((await db.query.selectFrom('purse').selectAll().execute()).length, 1);
	});

	test('a transaction that the database asks to repeat is run eight times, then said to be busy', async () => {
		await using db = await open<Tables>();
		let runs = 0;
		const error =
			engine === 'sqlite' ? new SqliteError('locked', 5) : Object.assign(new Error(), { code: '40001' });
		const busy = db.transaction(() => {
			runs += 1;
			return Promise.reject(error);
		});
		await assert.rejects(busy, (thrown) => isFault(thrown, 'server.database-busy') && thrown.cause === error);
		assert.equal(runs, 8);
	});

	test('a broken unique rule is told apart from other errors', async () => {
		await using db = await open<Tables>();
		const insert = (): Promise<unknown> =>
			db.query.insertInto('purse').values({ id: 'd', coins: 1, note: null, blob: null }).execute();
		await insert();
		const error = await insert().then(
			() => null,
			(thrown: unknown) => thrown,
		);
		assert.equal(db.engine.constraintOf(error)?.kind, 'unique');
		assert.equal(db.engine.constraintOf(new Error('other')), null);
	});

	test('bytes, large numbers and counts come back as they went in', async () => {
		await using db = await open<Tables>();
		const blob = Uint8Array.of(0, 255, 7);
		const coins = Number.MAX_SAFE_INTEGER;
		await db.query
			.insertInto('purse')
			.values({ id: 'e', coins, note: 'ü\u0000'.slice(0, 1), blob })
			.execute();
		const row = await db.query.selectFrom('purse').selectAll().executeTakeFirstOrThrow();
		assert.deepEqual(Uint8Array.from(row.blob!), blob);
		assert.equal(row.coins, coins);
		const counted = await db.query
			.selectFrom('purse')
			.select((eb) => eb.fn.countAll<number>().as('count'))
			.executeTakeFirstOrThrow();
		assert.equal(counted.count, 1);
	});

	test('the schema says what the migration made', async () => {
		await using db = await open<Tables>();
		const found = await db.engine.introspect(db.query as unknown as Kysely<never>);
		const purse = found.filter(({ table }) => table === 'purse');
		assert.deepEqual(
			purse.map(({ column, storage, isNullable }) => [column, storage, isNullable]),
			[
				['id', 'text', false],
				['coins', 'integer', false],
				['note', 'text', true],
				['blob', 'bytes', true],
			],
		);
	});

	test('text search finds words in any order, the last one by its beginning, and takes no operators', async () => {
		await using db = await open<Tables>();
		const handle = db.query as unknown as Kysely<never>;
		const { fullText } = db.engine;
		await fullText.put(handle, 'purseText', [
			{ id: 'one', text: 'the third man' },
			{ id: 'two', text: 'man on wire' },
			{ id: 'three', text: 'о человеке' },
		]);
		assert.deepEqual((await fullText.search(handle, 'purseText', ['man', 'thi'], 10)).sort(), ['one']);
		assert.deepEqual((await fullText.search(handle, 'purseText', ['ma'], 10)).sort(), ['one', 'two']);
		assert.deepEqual(await fullText.search(handle, 'purseText', ['чел'], 10), ['three']);
		assert.deepEqual(await fullText.search(handle, 'purseText', ['man" OR "wire'], 10), []);
		assert.deepEqual(await fullText.search(handle, 'purseText', ["man' | 'wire"], 10), []);
		await fullText.put(handle, 'purseText', [{ id: 'one', text: 'nothing like it' }]);
		assert.deepEqual(await fullText.search(handle, 'purseText', ['third'], 10), []);
		await fullText.remove(handle, 'purseText', ['one', 'two']);
		assert.deepEqual(await fullText.search(handle, 'purseText', ['ma'], 10), []);
	});

	test('the text index takes an id twice, an empty text, and statements after it', async () => {
		await using db = await open<Tables>();
		const { fullText } = db.engine;
		await db.query.insertInto('purse').values({ id: 'a', coins: 0, note: null, blob: null }).execute();
		const many = Array.from({ length: 400 }, (_, index) => ({ id: `id${index}`, text: `word${index} tail` }));
		await db.transaction((tx) => fullText.put(tx as unknown as Kysely<never>, 'purseText', many));
		const words = (typed: string): Promise<string[]> =>
			fullText.search(db.query as unknown as Kysely<never>, 'purseText', [typed], 500);
		assert.equal((await words('tail')).length, 400);
		await db.transaction(async (tx) => {
			const handle = tx as unknown as Kysely<never>;
			await fullText.put(
				handle,
				'purseText',
				many.map(({ id }, index) => ({ id, text: index % 2 === 0 ? '' : `changed ${id}` })),
			);
			// What follows must not stumble over what the index leaves behind on the connection.
			await tx.updateTable('purse').set({ coins: 1 }).where('id', '=', 'a').execute();
			await fullText.put(handle, 'purseText', [{ id: 'id1', text: 'again' }]);
			await tx.updateTable('purse').set({ coins: 2 }).where('id', '=', 'a').execute();
		});
		assert.deepEqual(await words('tail'), []);
		assert.equal((await words('changed')).length, 199);
		assert.deepEqual(await words('again'), ['id1']);
	});

	test('a wake reaches a listener', async () => {
		await using db = await open<Tables>();
		const woken = Promise.withResolvers<void>();
		const stop = await db.engine.listen('news', () => woken.resolve());
		await db.engine.notify('news');
		await woken.promise;
		await stop();
	});
});
