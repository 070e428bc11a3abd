/**
 * What the measurement asks of each database: a place for a server, filled, and the same questions as bare
 * SQL.
 */

/** One window and one search, asked of the database alone. Each returns how many rows came. */
export interface Bare extends AsyncDisposable {
	/** A hundred tiles of the films' library from a place that `share` (0 to 1) of its titles precede. */
	page(share: number): Promise<number>;
	search(words: readonly string[]): Promise<number>;
}

export interface FilledEngine extends AsyncDisposable {
	readonly name: string;
	readonly settings: Readonly<Record<string, string>>;
	/** Puts the filled database where a server with this data folder expects it. */
	prepare(dataFolder: string): Promise<void>;
	/** Process ids of the database itself beside the server's. */
	openBare(dataFolder: string): Promise<Bare>;
}

/** Columns in the order in which rows are written. */
export const itemColumns = [
	'itemId',
	'workId',
	'workKey',
	'libraryId',
	'kind',
	'parentId',
	'rootId',
	'title',
	'sortTitle',
	'year',
	'datedAt',
	'groupNumber',
	'number',
	'numberEnd',
	'overview',
	'tagline',
	'details',
	'durationMs',
	'addedAt',
	'leafCount',
	'isPresent',
	'imageId',
	'backdropId',
	'logoId',
] as const;

export const imageColumns = [
	'imageId',
	'itemId',
	'libraryId',
	'role',
	'source',
	'fileId',
	'mark',
	'aspect',
	'thumbhash',
	'accent',
	'state',
] as const;

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The same statement on both: a hundred tiles with their pictures, from a key on. */
export const pageStatement = (place: (position: number) => string): string =>
	`select "item".*, "image"."aspect", "image"."thumbhash", "image"."accent" from "item"
	left join "image" on "image"."imageId" = "item"."imageId"
	where "item"."libraryId" = ${place(1)} and "item"."kind" = 'movie' and "item"."isPresent" = 1
	and ("item"."sortTitle", "item"."itemId") >= (${place(2)}, ${place(3)})
	order by "item"."sortTitle", "item"."itemId" limit 100`;

/** Where a hundred windows of equal distance begin. */
export const startsStatement = (place: (position: number) => string): string =>
	`select "sortTitle", "itemId" from (
		select "sortTitle", "itemId", row_number() over (order by "sortTitle", "itemId") as "position"
		from "item" where "libraryId" = ${place(1)} and "kind" = 'movie' and "isPresent" = 1
	) as "numbered" where "position" % ${place(2)} = 0`;
