/** A server with an owner, a hostile member and a few real files: what the attacks are aimed at. */
import { appendFile, mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as accounts from '@holdfast/contract/accounts';
import { type ItemCard, listItems, listLibraries } from '@holdfast/contract/catalogue';
import sharp from 'sharp';
import { openConsole } from '../../src/cli/console.ts';
import { register } from '../../src/cli/credentials.ts';
import { makeFilm } from './films.ts';
import { type Engine, mediaSetting, startJourney, until } from './journey.ts';
import { type Browser, makeOwner, openBrowser, signIn, type WholeServer } from './whole-server.ts';

/** Far more than sockets hold on their way, and no more than a hole on the disk. */
const paddingBytes = 128 * 1024 * 1024;

export const mallory = { username: 'mallory', password: 'a password of some length' };

export interface Attacked extends AsyncDisposable {
	readonly server: WholeServer;
	readonly folder: string;
	readonly owner: Browser;
	readonly member: Browser;
	readonly nobody: () => Browser;
	/** By title: `Long Film` plays as it is, `Packed Film` is packaged, `Holiday` is an album of one photo. */
	readonly cards: ReadonlyMap<string, ItemCard>;
	readonly port: number;
}

const lengthen = async (path: string): Promise<void> => {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(paddingBytes);
	header.write('free', 4, 'latin1');
	const { size } = await stat(path);
	await appendFile(path, header);
	await truncate(path, size + paddingBytes);
};

const makeMedia = async (folder: string): Promise<string> => {
	const [films, photos] = [join(folder, 'Films'), join(folder, 'Photos')];
	const named = async (title: string): Promise<string> => {
		const path = join(films, `${title} (2001)`);
		await mkdir(path, { recursive: true });
		return path;
	};
	await lengthen(makeFilm(await named('Long Film'), 'h264-aac.mp4', 'Long Film (2001).mp4'));
	makeFilm(await named('Packed Film'), 'h264-aac.mkv', 'Packed Film (2001).mkv');
	await mkdir(join(photos, 'Holiday'), { recursive: true });
	const picture = sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } });
	await writeFile(join(photos, 'Holiday', 'beach.jpg'), await picture.jpeg().toBuffer());
	return mediaSetting({ movies: films, photos });
};

/** Somebody new, made on the machine, in a browser of their own. */
export const addMember = async (
	server: WholeServer,
	{ username, password }: typeof mallory,
): Promise<Browser> => {
	await using machine = await openConsole(server.config);
	const { flow, registrationRecord } = await register(password, (registrationRequest) =>
		machine.call(accounts.consoleStartMember, { body: { username, registrationRequest } }),
	);
	const body = { flow, username, displayName: username, role: 'member' as const, registrationRecord };
	await machine.call(accounts.consoleFinishMember, { body });
	const browser = openBrowser(server.url);
	await signIn(browser, { username, password });
	return browser;
};

const readCards = async (owner: Browser): Promise<Map<string, ItemCard>> => {
	const { libraries } = await owner.call(listLibraries);
	const cards = new Map<string, ItemCard>();
	for (const { libraryId } of libraries) {
		const { items } = await owner.call(listItems, { params: { libraryId }, query: { limit: 200 } });
		for (const card of items) cards.set(card.title, card);
	}
	return cards;
};

export const openAttacked = async (engine: Engine = 'sqlite'): Promise<Attacked> => {
	const folder = await mkdtemp(join(tmpdir(), 'hf-attacked-'));
	const server = await startJourney({ env: { HOLDFAST_MEDIA: await makeMedia(folder) } }, engine);
	const owner = openBrowser(server.url);
	await makeOwner(server, owner);
	const member = await addMember(server, mallory);
	await until('the first scan', async () => {
		const { libraries } = await owner.call(listLibraries);
		return (
			libraries.length === 2 && libraries.every((each) => each.lastScannedAt !== null && !each.isScanning)
		);
	});
	return {
		server,
		folder,
		owner,
		member,
		nobody: () => openBrowser(server.url),
		cards: await readCards(owner),
		port: server.running.port ?? 0,
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};

/** Bytes over a socket of one's own, since well-behaved clients put addresses right before they send them. */
export const sendRaw = (port: number, text: string): Promise<string> =>
	new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
		let answer = '';
		socket.setTimeout(10_000, () => socket.destroy());
		socket.on('data', (chunk: Buffer) => {
			answer += chunk.toString('latin1');
			if (answer.length > 1024 * 1024) socket.destroy();
		});
		socket.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
		);
		socket.once('close', () => resolve(answer));
	});

/** What no answer may hold: where it lies, how it is built, what it asks of its database. */
export const leak =
	/\/work\/|\/tmp\/|\/home\/|node_modules|\.ts:\d+|\bat (?:async )?\w+ \(|select .* from|insert into|SQLITE_|ECONN|ENOENT/i;
