/** Builds the whole server in order and takes it down in reverse: the only place that knows every part. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consoleDoctor } from '@holdfast/contract/system';
import { createAccess } from './access/index.ts';
import { type Accounts, createAccounts, sessionLifetimeMaxMs } from './accounts/index.ts';
import type { AllTables } from './database.ts';
import { findingsOf } from './findings.ts';
import { openFoundations } from './foundations.ts';
import { mountAccountRoutes } from './http/own/account-routes.ts';
import { mountCatalogueRoutes } from './http/own/catalogue-routes.ts';
import { createSessionCookies } from './http/own/cookies.ts';
import { createLiveEvents } from './http/own/live-events.ts';
import { mountPlaybackRoutes } from './http/own/playback-routes.ts';
import { mountSystemRoutes, type PublicUrl } from './http/own/system-routes.ts';
import { mountWebFiles } from './http/own/web-files.ts';
import { createSealer } from './keeper/index.ts';
import { openMedia } from './media.ts';
import { createMetrics } from './metrics.ts';
import { openNetwork } from './network.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { OpenDatabase } from './platform/db/database.ts';
import { createApp, isSecure } from './platform/http/app.ts';
import { createConsoleListener } from './platform/http/listener.ts';
import { createMounter } from './platform/http/mount.ts';
import { createJobs } from './platform/jobs/index.ts';
import type { Logger } from './platform/log.ts';
import { describeConfinement } from './platform/process/tool.ts';
import { readSetting, serverIdOf, writeSetting } from './platform/settings.ts';
import { version } from './version.ts';

export interface ServerNeeds {
	readonly config: Config;
	readonly log: Logger;
	/** Only the Unix socket, for a command while the server is stopped. */
	readonly isConsoleOnly?: boolean;
	/** Tests stand still in time, and stretch passwords less. */
	readonly clock?: Clock;
	readonly keyStretching?: Parameters<typeof createAccounts>[0]['keyStretching'];
	/** The built web app; the checkout's own unless a test says otherwise. */
	readonly webFolder?: string;
}

export interface RunningServer extends AsyncDisposable {
	/** What a browser on this machine opens; null without a network address. */
	readonly url: string | null;
	/** The code that makes an owner; null where there is one. */
	readonly setupCode: string | null;
	readonly port: number | null;
	/** One line for each thing a person should know at the start, such as a missing ffmpeg. */
	readonly notices: readonly string[];
}

const sweepEveryMs = 10 * 60_000;
/** What a Unix socket's address may hold on every system we start on. */
const socketPathBytesMax = 100;

/** The console's socket: in the data folder, absolute or as seen from here; null where both are too long. */
export const consoleSocketPath = (config: Config): string | null => {
	const path = join(config.data.folder, 'holdfast.sock');
	const shorter = relative(process.cwd(), path);
	return [path, shorter].find((candidate) => Buffer.byteLength(candidate) <= socketPathBytesMax) ?? null;
};

/** The address for links: the configuration's, else the one an administrator set. */
const openPublicUrl = async (config: Config, db: OpenDatabase<AllTables>): Promise<PublicUrl> => {
	let chosen = config.server.publicUrl ?? (await readSetting(db.only(), 'public-url'));
	return {
		get: () => chosen,
		set: async (origin) => {
			await writeSetting(db.only(), 'public-url', origin);
			chosen = config.server.publicUrl ?? origin;
		},
	};
};

/**
 * After the owner is made, the server opens to the network; the answer to the browser does not wait for it.
 */
const widenWithOwner = (accounts: Accounts, widen: () => Promise<void>, log: Logger): Accounts => {
	const widening = <Made>(made: Made): Made => {
		widen().catch((error: unknown) => log.error({ err: error }, 'could not open to the network'));
		return made;
	};
	return {
		...accounts,
		finishOwner: async (input, client) => widening(await accounts.finishOwner(input, client)),
		finishOwnerOnMachine: async (input) => widening(await accounts.finishOwnerOnMachine(input)),
	};
};

type Foundations = Awaited<ReturnType<typeof openFoundations>>;

/** The rooms over the foundations: people, access to them, media, and what pages hear of both. */
const openRooms = async (
	needs: ServerNeeds & { clock: Clock },
	base: Foundations,
	stack: AsyncDisposableStack,
) => {
	const { config, log, clock } = needs;
	const { keeper, db } = base;
	const serverId = await serverIdOf({ db: db.only(), clock });
	const sealer = stack.use(createSealer({ keeper, clock }));
	const accounts = createAccounts({
		db: db.only(),
		keeper,
		sealer,
		clock,
		log,
		serverId,
		...(needs.keyStretching ? { keyStretching: needs.keyStretching } : {}),
	});
	const publicUrl = await openPublicUrl(config, db);
	const events = createLiveEvents({ clock });
	stack.defer(() => events.close());
	const jobs = stack.use(createJobs({ db: db.only(), clock, log }));
	const media = openMedia({ ...base, config, log, clock, events }, stack);
	return { serverId, accounts, publicUrl, events, jobs, ...media };
};

type Rooms = Awaited<ReturnType<typeof openRooms>>;

/** The HTTP application with every route on it, and the console's socket, which is not yet open. */
const openApp = async (
	needs: ServerNeeds & { clock: Clock },
	base: Foundations,
	rooms: Rooms,
	reach: {
		readonly port: () => number;
		readonly widen: () => Promise<void>;
		readonly isStopping: () => boolean;
	},
	stack: AsyncDisposableStack,
) => {
	const { config, log, clock } = needs;
	const { serverId, publicUrl, events, catalogue, playback } = rooms;
	const app = createApp({
		log,
		trustedProxies: config.server.trustedProxies,
		isStopping: reach.isStopping,
	});
	stack.defer(() => app.close());
	const handler = app.routing.bind(app);
	const socket = stack.use(createConsoleListener(handler));
	const cookies = createSessionCookies({ serverId, isSecure, lifetimeMs: sessionLifetimeMaxMs });
	const { tokenOf } = cookies;
	const { isConsole } = socket;
	const { authority } = rooms.accounts;
	const access = stack.use(
		createAccess({ authority, clock, log, tokenOf, isConsole, publicOrigin: publicUrl.get }),
	);
	const mounter = createMounter(app, access.gate);
	const accounts = widenWithOwner(rooms.accounts, reach.widen, log);
	const metrics = createMetrics(app, {
		liveStreams: () => events.connected,
		keeperAnswers: async () => (await base.keeper.report()).answered,
	});
	mountAccountRoutes(mounter, { accounts, cookies, isConsole });
	mountCatalogueRoutes(mounter, { catalogue, playback });
	mountPlaybackRoutes(mounter, { playback });
	mountSystemRoutes(mounter, {
		serverId,
		version,
		publicUrl,
		hasOwner: accounts.hasOwner,
		events,
		checkReady: async () => {
			await base.keeper.ready();
			await base.db.engine.ping(base.db.query as never);
		},
		metrics: metrics.print,
		port: reach.port,
		isTls: config.server.tls !== null,
	});
	const db = { engine: base.db.engine, query: base.db.query as never };
	const toolConfinement = describeConfinement(base.tools);
	const { keeper, tools } = base;
	const looking = { config, keeper, db, tools: tools.tools, toolConfinement, clock, serverId };
	mounter.mount(consoleDoctor, async () => ({
		findings: await findingsOf({ ...looking, publicUrl: publicUrl.get() }),
	}));
	await mountWebFiles(app, needs.webFolder ?? defaultWebFolder);
	await app.ready();
	return { handler, socket };
};

const defaultWebFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Background work begins only when the server can be reached: jobs, watching folders, sweeping. */
const beginWork = async (
	needs: ServerNeeds & { clock: Clock },
	rooms: Rooms,
	stack: AsyncDisposableStack,
) => {
	await rooms.jobs.start();
	const sweeping = needs.clock.every(sweepEveryMs, () =>
		rooms.accounts.sweep().catch((error: unknown) => needs.log.warn({ err: error }, 'could not sweep')),
	);
	stack.defer(() => sweeping.stop());
	await rooms.beginWatching();
};

/**
 * Starts everything; resolves when the server answers. Disposing it drains, kills every child and closes the
 * databases.
 *
 * @throws StartFault with one line for people
 */
export const startServer = async (asked: ServerNeeds): Promise<RunningServer> => {
	const needs = { ...asked, clock: asked.clock ?? systemClock };
	await using stack = new AsyncDisposableStack();
	const base = await openFoundations(needs, stack);
	const rooms = await openRooms(needs, base, stack);
	const hasOwner = await rooms.accounts.hasOwner();
	let network: Awaited<ReturnType<typeof openNetwork>> | null = null;
	let isStopping = false;
	const reach = {
		isStopping: () => isStopping,
		port: () => network?.port ?? needs.config.server.port,
		widen: async () => network?.widen(),
	};
	const { handler, socket } = await openApp(needs, base, rooms, reach, stack);
	const { config } = needs;
	const socketPath = consoleSocketPath({ ...config, data: { ...config.data, folder: base.dataFolder.path } });
	if (socketPath !== null) await socket.open(socketPath);
	if (!needs.isConsoleOnly) {
		network = await openNetwork(config, handler, hasOwner, stack);
		// Before the sockets: a page that listens would hold them open for as long as they may take.
		stack.defer(() => rooms.events.close());
		await beginWork(needs, rooms, stack);
	}
	const running = stack.move();
	const { problem } = base.tools.tools;
	return {
		url: network?.url ?? null,
		port: network?.port ?? null,
		setupCode: hasOwner ? null : rooms.accounts.setupCode,
		notices: problem === null ? [] : [problem],
		[Symbol.asyncDispose]: () => {
			isStopping = true;
			return running.disposeAsync();
		},
	};
};
