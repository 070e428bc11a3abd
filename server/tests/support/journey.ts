/**
 * What every journey shares: a server with real media, people with browsers of their own, and waiting for
 * conditions.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listItems, listLibraries } from '@holdfast/contract/catalogue';
import type { ItemCard, LibraryKind } from '@holdfast/contract/catalogue';
import type {
	Browser as Chromium,
	BrowserContext,
	BrowserContextOptions,
	Locator,
	Page,
} from 'playwright-core';
import { sizes, watch } from './chromium.ts';
import { postgresUrl } from './databases.ts';
import { seedMedia } from './seed-media.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	startWholeServer,
	type WholeServer,
	type WholeServerOptions,
} from './whole-server.ts';

/** Two busy cores are slow; past this something is wrong. */
export const patienceMs = 30_000;

const cacheFolder = fileURLToPath(new URL('../../../node_modules/.cache/holdfast', import.meta.url));
const seedSource = fileURLToPath(new URL('seed-media.ts', import.meta.url));

export interface SharedMedia {
	readonly root: string;
	readonly movies: string;
	readonly shows: string;
	readonly music: string;
	readonly photos: string;
}

/**
 * The seeded folders: made once for all files and runs, as long as their maker stays the same. Only ever
 * read.
 */
export const sharedMedia = async (): Promise<SharedMedia> => {
	const version = createHash('sha256')
		.update(await readFile(seedSource))
		.digest('hex')
		.slice(0, 12);
	const home = join(cacheFolder, `seeded-${version}`);
	const root = join(home, 'media');
	if (!existsSync(home)) await makeSharedMedia(home);
	const at = (name: string): string => join(root, name);
	return { root, movies: at('Films'), shows: at('Series'), music: at('Music'), photos: at('Photos') };
};

/** Made aside and renamed whole: of two files that begin at once, one wins and both find it complete. */
const makeSharedMedia = async (home: string): Promise<void> => {
	await mkdir(cacheFolder, { recursive: true });
	const made = await mkdtemp(join(cacheFolder, 'seeding-'));
	try {
		await seedMedia(join(made, 'media'));
		await rename(made, home);
	} catch (error) {
		if (!existsSync(home)) throw error;
	} finally {
		await rm(made, { recursive: true, force: true });
	}
	for (const name of await readdir(cacheFolder)) {
		if (name.startsWith('seeded-') && join(cacheFolder, name) !== home)
			await rm(join(cacheFolder, name), { recursive: true, force: true });
	}
};

/** The tests' own build of the pages where it is not the checkout's. */
const webOptions = (): WholeServerOptions => {
	const webFolder = process.env['HOLDFAST_TEST_WEB'];
	return webFolder ? { webFolder } : {};
};

export type Engine = 'sqlite' | 'postgres';

const inPostgres = async (statement: string): Promise<void> => {
	const { default: pg } = await import('pg');
	const client = new pg.Client({ connectionString: postgresUrl() });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
};

/** A whole server on an engine; on PostgreSQL in a database of its own, which goes with it. */
export const startJourney = async (
	options: WholeServerOptions = {},
	engine: Engine = 'sqlite',
): Promise<WholeServer> => {
	if (engine === 'sqlite') return startWholeServer({ ...webOptions(), ...options });
	const name = `journey${randomBytes(6).toString('hex')}`;
	await inPostgres(`create database ${name} template template0 encoding 'UTF8' locale 'C'`);
	const url = new URL(postgresUrl());
	url.pathname = `/${name}`;
	const server = await startWholeServer({ ...webOptions(), ...options, databaseUrl: url.href });
	return {
		...server,
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await inPostgres(`drop database ${name} with (force)`);
		},
	};
};

/** `HOLDFAST_MEDIA` for these libraries. */
export const mediaSetting = (libraries: Partial<Record<LibraryKind, string>>): string =>
	Object.entries(libraries)
		.map(([kind, folder]) => `${kind}=${folder}`)
		.join(',');

/** Asks until the answer is there; the pause only spares the processor. */
export const until = async <T>(
	what: string,
	ask: () => Promise<T | null | undefined | false>,
): Promise<T> => {
	const giveUpAt = performance.now() + patienceMs;
	while (performance.now() < giveUpAt) {
		const answer = await ask();
		if (answer !== null && answer !== undefined && answer !== false) return answer;
		await new Promise((resolve) => setTimeout(resolve, 40));
	}
	throw new Error(`waited in vain: ${what}`);
};

export interface Household {
	readonly server: WholeServer;
	/** The owner, speaking HTTP. */
	readonly owner: Browser;
	/** The titles of every library, by title. */
	readonly cards: ReadonlyMap<string, ItemCard>;
}

const readCards = async (owner: Browser): Promise<Map<string, ItemCard>> => {
	const cards = new Map<string, ItemCard>();
	const { libraries } = await owner.call(listLibraries);
	for (const { libraryId } of libraries) {
		const { items } = await owner.call(listItems, { params: { libraryId }, query: { limit: 200 } });
		for (const card of items) cards.set(card.title, card);
	}
	return cards;
};

/** Makes the owner and waits until every library has been read. */
export const settleIn = async (server: WholeServer): Promise<Household> => {
	const owner = openBrowser(server.url);
	await makeOwner(server, owner);
	await until('the first scan', async () => {
		const { libraries } = await owner.call(listLibraries);
		return libraries.length > 0 && libraries.every((each) => each.lastScannedAt !== null && !each.isScanning);
	});
	return { server, owner, cards: await readCards(owner) };
};

export interface Visitor {
	readonly page: Page;
	readonly context: BrowserContext;
	readonly origin: string;
	/** Ends the visit; fails where the page ran into something that nobody should see. */
	leave(): Promise<void>;
}

export type VisitorOptions = Omit<BrowserContextOptions, 'viewport'> & { readonly size?: keyof typeof sizes };

/** Somebody with an empty browser at `origin`. */
export const visit = async (
	chromium: Chromium,
	origin: string,
	{ size = 'desktop', ...options }: VisitorOptions = {},
): Promise<Visitor> => {
	const context = await chromium.newContext({
		viewport: sizes[size],
		colorScheme: 'dark',
		locale: 'en-GB',
		reducedMotion: 'reduce',
		...options,
	});
	context.setDefaultTimeout(patienceMs);
	const { page, troubles } = await watch(context, origin);
	return {
		page,
		context,
		origin,
		leave: async () => {
			await context.close();
			assert.deepEqual(troubles, []);
		},
	};
};

/** Fills the sign-in page and waits until it is left. */
export const signInOn = async (
	{ page, origin }: Pick<Visitor, 'page' | 'origin'>,
	who: { readonly username: string; readonly password: string } = ownerNamed,
): Promise<void> => {
	if (!page.url().startsWith(`${origin}/sign-in`)) await page.goto(`${origin}/sign-in`);
	await page.locator('input[name=username]').fill(who.username);
	await page.locator('input[name=password]').fill(who.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
};

/**
 * Waits until an expression holds in the page. It is text, since the server's types know no window; it is
 * asked for from outside, since the page's own policy refuses to run text. A page that is just being left is
 * asked again.
 */
export const holds = async (page: Page, expression: string): Promise<void> => {
	await until(expression, () => page.evaluate<unknown>(`Boolean(${expression})`).catch(() => false));
};

/** The visible words of what was found, in one line. */
export const wordsOf = async (found: Locator): Promise<string> =>
	(await found.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ').trim();

/** Runs a part of a journey; where it fails, the error says what was on screen. */
export const onScreen = async <T>(page: Page, part: () => Promise<T>): Promise<T> => {
	try {
		return await part();
	} catch (error) {
		const words = await wordsOf(page.locator('body')).catch(() => 'nothing');
		throw new Error(`${String(error)}\nOn screen at ${page.url()}: ${words.slice(0, 1_500)}`, {
			cause: error,
		});
	}
};
