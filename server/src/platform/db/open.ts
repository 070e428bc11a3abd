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

/** A server of its own is as near as it gets. */
const nowhereNear = <Opened extends { readonly db: Kysely<never> }>(opened: Opened) => ({
	...opened,
	near: opened.db,
});

/** Opens the database. Closing it waits for statements that run. */
export const openDatabase = async <Tables>(location: DatabaseLocation): Promise<OpenDatabase<Tables>> => {
	const { db, near, engine } =
		location.kind === 'sqlite' ? await openSqlite(location.path) : nowhereNear(await openPostgres(location));
	const viewOver = (kysely: Kysely<never>): Database<Tables> => {
		const query = kysely as unknown as Kysely<Tables>;
		const view: Database<Tables> = {
			engine,
			query,
			transaction: withRetries(query, engine),
			near: () => nearView,
			only: () => view as never,
		};
		return view;
	};
	const nearView: Database<Tables> = viewOver(near);
	return { ...viewOver(db), [Symbol.asyncDispose]: () => engine.close() };
};
