/**
 * Everything this server keeps about a person, as files that people and programs can read. Rows are read a
 * page at a time, and the person's seal is asked for anew for each: the export of somebody who is signed out
 * meanwhile ends.
 */
import { sql } from 'kysely';
import { column, type ColumnDeclaration, type Sealed, type TableShape } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { onePiece, type ZippedFile } from '#platform/zip.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import { openOwn } from '../sessions.ts';
import { accountTables } from '../tables.ts';
import { type ExportedTable, exportedTables } from './export-tables.ts';

const rowsAtOnce = 200;

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'events'>;

/** An archive in the making. */
export interface PersonExport {
	/** Names the person where viewing history is kept. */
	readonly viewerId: string;
	readonly files: AsyncIterable<ZippedFile>;
}

interface Source {
	readonly accountId: string;
	readonly seal: () => Promise<AccountSeal>;
}

type Row = Readonly<Record<string, unknown>>;

const hidden: readonly ColumnDeclaration<unknown>['exposure'][] = [
	column.hash().exposure,
	column.blindIndex().exposure,
];
const isHidden = ({ exposure }: ColumnDeclaration<unknown>): boolean =>
	hidden.some(
		(each) =>
			typeof each === 'object' &&
			typeof exposure === 'object' &&
			each.publicBecause === exposure.publicBecause,
	);

/** The columns that are shown, as the table declares them. */
const shownColumns = (exported: ExportedTable): [string, ColumnDeclaration<unknown>][] => {
	const declared = accountTables.find(({ name }) => name === exported.table);
	if (!declared) return [];
	return Object.entries(declared.columns as TableShape).filter(
		([name, declaration]) => !exported.without.includes(name) && !isHidden(declaration),
	);
};

const isTime = (name: string): boolean => /(?:At|After|Until)$/u.test(name);

const readJson = (text: string): unknown => {
	if (!/^[[{]/u.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
};

const present = (
	exported: ExportedTable,
	seal: AccountSeal,
	[name, { exposure }]: [string, ColumnDeclaration<unknown>],
	value: unknown,
): unknown => {
	if (value === null || value === undefined) return null;
	if (exposure === 'sealed') {
		const [table, sealedColumn] = exported.sealedAs?.[name] ?? [exported.table, name];
		return seal.open(table, sealedColumn, value as Sealed);
	}
	if (typeof value === 'number' && isTime(name)) return new Date(value).toISOString();
	return typeof value === 'string' ? readJson(value) : value;
};

const readPage = async (
	{ db }: Pick<Needs, 'db'>,
	{ table, person, order }: ExportedTable,
	accountId: string,
	after: string,
): Promise<readonly Row[]> => {
	const result = await sql<Row>`select * from ${sql.table(table)}
		where ${sql.ref(person)} = ${accountId} and ${sql.ref(order)} > ${after}
		order by ${sql.ref(order)} limit ${rowsAtOnce}`.execute(db.query);
	return result.rows;
};

const rowsOf = async function* (
	needs: Pick<Needs, 'db'>,
	source: Source,
	exported: ExportedTable,
): AsyncGenerator<Row> {
	const columns = shownColumns(exported);
	let after = '';
	for (;;) {
		const rows = await readPage(needs, exported, source.accountId, after);
		const seal = await source.seal();
		for (const row of rows) {
			yield Object.fromEntries(columns.map((each) => [each[0], present(exported, seal, each, row[each[0]])]));
		}
		if (rows.length < rowsAtOnce) return;
		after = String(rows.at(-1)![exported.order]);
	}
};

/** A JSON list, an entry a line, without holding it whole. */
export const jsonList = async function* (entries: AsyncIterable<unknown>): AsyncGenerator<string> {
	let isFirst = true;
	for await (const entry of entries) {
		yield `${isFirst ? '[\n' : ',\n'}${JSON.stringify(entry)}`;
		isFirst = false;
	}
	yield isFirst ? '[]\n' : '\n]\n';
};

const pictureOf = async function* (
	{ db }: Pick<Needs, 'db'>,
	{ accountId, seal }: Source,
): AsyncGenerator<ZippedFile> {
	const row = await db.query
		.selectFrom('accountPicture')
		.select('picture')
		.where('accountId', '=', accountId)
		.executeTakeFirst();
	if (!row) return;
	const webp = (await seal()).open('accountPicture', 'picture', row.picture);
	yield { name: 'picture.webp', pieces: onePiece(Buffer.from(webp, 'base64')) };
};

const filesOf = async function* (needs: Pick<Needs, 'db'>, source: Source): AsyncGenerator<ZippedFile> {
	for (const exported of exportedTables) {
		if (shownColumns(exported).length === 0) continue;
		yield { name: `${exported.file}.json`, pieces: jsonList(rowsOf(needs, source, exported)) };
	}
	yield* pictureOf(needs, source);
};

/** The archive of the actor themselves, who is told of it. */
export const exportOwn = async (needs: Needs, actor: Actor): Promise<PersonExport> => {
	const { accountId } = actor;
	const { seal, session } = await openOwn(needs, actor);
	await needs.events.transaction(({ append }) =>
		append({ kind: 'account-exported', cause: 'profile', accountId }),
	);
	const reopen = async (): Promise<AccountSeal> => (await openOwn(needs, actor)).seal;
	return {
		viewerId: seal.open('account', 'viewerId', session.viewerId),
		files: filesOf(needs, { accountId, seal: reopen }),
	};
};

/**
 * The archive of a person, made on the machine without their proof, which the keeper counts; they are told.
 *
 * @throws accounts.account.absent
 */
export const exportOnMachine = async (needs: Needs, accountId: string): Promise<PersonExport> => {
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('accounts.account.absent');
	const open = (): Promise<AccountSeal> => needs.sealer.open(accountId, account.wrapped, null);
	const viewerId = (await open()).open('account', 'viewerId', account.viewerId);
	await needs.events.transaction(({ append }) =>
		append({ kind: 'account-exported', cause: 'console', accountId }),
	);
	return { viewerId, files: filesOf(needs, { accountId, seal: open }) };
};
