/**
 * `node tools/columns.ts`: migrates an empty embedded database and holds its columns against the
 * declarations.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AllTables, allMigrations, allTables } from '../server/src/database.ts';
import { migrate } from '../server/src/platform/db/migrate.ts';
import { openDatabase } from '../server/src/platform/db/open.ts';
import { columnProblems } from './tidy/columns.ts';

/** Made by the engine for search; see the migrations of the catalogue. */
const textIndexes = ['itemSearch'];

const folder = await mkdtemp(join(tmpdir(), 'holdfast-columns-'));
try {
	await using database = await openDatabase<AllTables>({ kind: 'sqlite', path: join(folder, 'holdfast.db') });
	await migrate(database, allMigrations);
	const found = await database.engine.introspect(database.query as never);
	const problems = columnProblems(allTables, found, textIndexes);
	for (const problem of problems) console.log(`columns: ${problem}`);
	if (problems.length > 0) process.exitCode = 1;
} finally {
	await rm(folder, { recursive: true, force: true });
}
