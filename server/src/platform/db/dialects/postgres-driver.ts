/**
 * A driver that runs a lone statement again where it met a serialisable transaction: it has no other effects,
 * and whoever sends one statement expects its answer. Statements inside a transaction are retried as a whole,
 * elsewhere.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
	type DatabaseConnection,
	type Driver,
	PostgresDialect,
	type PostgresDialectConfig,
	PostgresDriver,
} from 'kysely';
import { Fault } from '../../fault.ts';

/** The network's own words, and what the database says while it goes and comes: class 08 and operator's stops. */
const isAway = (error: unknown): boolean => {
	if (!(error instanceof Error)) return false;
	const { code } = error as { code?: unknown };
	if (typeof code === 'string')
		return /^(?:ECONN|EPIPE|ENOTFOUND|EHOST|ENET|ETIMEDOUT|EAI_|08|57P0[1-5])/.test(code);
	return /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
		error.message,
	);
};

/** A database that is stopped is nothing that broke: whoever asks hears that, and may ask again. */
const named = (error: unknown): unknown =>
	isAway(error) ? new Fault('server.database-away', { cause: error }) : error;

const attemptsMax = 10;
/** First pause before the second repetition; doubled each time, with a random share taken off. */
const pauseMs = 1;

class RetryingDriver extends PostgresDriver {
	readonly #isRetryable: (error: unknown) => boolean;
	readonly #prepared = new WeakSet<DatabaseConnection>();
	readonly #inTransaction = new WeakSet<DatabaseConnection>();

	constructor(config: PostgresDialectConfig, isRetryable: (error: unknown) => boolean) {
		super(config);
		this.#isRetryable = isRetryable;
	}

	override async acquireConnection(...options: Parameters<PostgresDriver['acquireConnection']>) {
		const connection = await super.acquireConnection(...options).catch((error: unknown) => {
			throw named(error);
		});
		if (this.#prepared.has(connection)) return connection;
		this.#prepared.add(connection);
		const direct = connection.executeQuery.bind(connection);
		let last: Promise<unknown> = Promise.resolve();
		// One statement at a time: a transaction may ask for several at once, and the protocol may not.
		const once = <Row>(...query: Parameters<typeof direct>) => {
			const result = last.then(() => direct<Row>(...query));
			last = result.catch(() => undefined);
			return result;
		};
		connection.executeQuery = async <Row>(...query: Parameters<typeof once>) => {
			for (let attempt = 1; ; attempt += 1) {
				try {
					return await once<Row>(...query);
				} catch (error) {
					const isAlone = !this.#inTransaction.has(connection);
					if (!isAlone || attempt === attemptsMax || !this.#isRetryable(error)) throw named(error);
					if (attempt > 1) await delay(pauseMs * 2 ** attempt * Math.random());
				}
			}
		};
		return connection;
	}

	override async beginTransaction(...begin: Parameters<PostgresDriver['beginTransaction']>): Promise<void> {
		this.#inTransaction.add(begin[0]);
		await super.beginTransaction(...begin);
	}

	override async commitTransaction(...end: Parameters<PostgresDriver['commitTransaction']>): Promise<void> {
		await super.commitTransaction(...end);
		this.#inTransaction.delete(end[0]);
	}

	override async rollbackTransaction(
		...end: Parameters<PostgresDriver['rollbackTransaction']>
	): Promise<void> {
		await super.rollbackTransaction(...end);
		this.#inTransaction.delete(end[0]);
	}
}

/** Kysely's dialect with the driver above. */
export class RetryingPostgresDialect extends PostgresDialect {
	readonly #config: PostgresDialectConfig;
	readonly #isRetryable: (error: unknown) => boolean;

	constructor(config: PostgresDialectConfig, isRetryable: (error: unknown) => boolean) {
		super(config);
		this.#config = config;
		this.#isRetryable = isRetryable;
	}

	override createDriver(): Driver {
		return new RetryingDriver(this.#config, this.#isRetryable);
	}
}
