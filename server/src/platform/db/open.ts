/** Opens whichever database the configuration names, and gives both the same transactions. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { Fault } from '../fault.ts';
import type { Database, OpenDatabase } from './database.ts';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';
import type { Engine } from './engine.ts';

/** Where the data lives: a file of ours, or a server. `schema` is for tests that share one. */
export type DatabaseLocation =
	| { readonly kind: 'sqlite'; readonly path: string }
	| { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number; readonly schema?: string };

const attemptsMax = 8;
/** First pause before a transaction is run again; doubled each time, with a random share taken off. */
const pauseMs = 4;

const withRetries =
	<Tables>(db: Kysely<Tables>, engine: Engine): Database<Tables>['transaction'] =>
	async (work) => {
		for (let attempt = 1; ; attempt += 1) {
			try {
				return await db.transaction().execute((tx: Transaction<Tables>) => work(tx));
			} catch (error) {
				if (!engine.isRetryable(error)) throw error;
				if (attempt === attemptsMax) throw new Fault('server.database-busy', { cause: error });
				await delay(pauseMs * 2 ** attempt * Math.random());
			}
		}
	};

/** Opens the database. Closing it waits for statements that run. */
export const openDatabase = async <Tables>(location: DatabaseLocation): Promise<OpenDatabase<Tables>> => {
	const { db, engine } =
		location.kind === 'sqlite' ? await openSqlite(location.path) : await openPostgres(location);
	const query = db as unknown as Kysely<Tables>;
	const view = { engine, query, transaction: withRetries(query, engine) };
	const database: OpenDatabase<Tables> = {
		...view,
		only: () => view as never,
		[Symbol.asyncDispose]: () => engine.close(),
	};
	// A view has `only` too, so that a domain may narrow further.
	Object.assign(view, { only: () => view });
	return database;
};
