/** Builds the whole server in order and takes it down in reverse: the only place that knows every part. */
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consoleDoctor } from '@holdfast/contract/system';
import { createAccess, type Far, openFar } from './access/index.ts';
import { type Accounts, createAccounts, sessionLifetimeMaxMs } from './accounts/index.ts';
import type { AllTables } from './database.ts';
import { findingsOf } from './findings.ts';
import { openFoundations } from './foundations.ts';
import { type OauthNeeds, openOauth } from './http/oauth/open-oauth.ts';
import { type AccountRoutesNeeds, createReader, mountAccountRoutes } from './http/own/account-routes.ts';
import { mountCatalogueRoutes } from './http/own/catalogue-routes.ts';
import { createSessionCookies } from './http/own/cookies.ts';
import { mountFactorRoutes } from './http/own/factor-routes.ts';
import { mountDeviceRoutes } from './http/own/device-routes.ts';
import { createLiveEvents } from './http/own/live-events.ts';
import { mountPeopleRoutes, type PeopleRoutesNeeds } from './http/own/people-routes.ts';
import { mountPlaybackRoutes } from './http/own/playback-routes.ts';
import { mountEnterRoutes } from './http/own/enter-routes.ts';
import { foundAddresses, mountSystemRoutes, type PublicUrl } from './http/own/system-routes.ts';
import { mountRecoveryRoutes } from './http/own/recovery-routes.ts';
import { mountServerRoutes } from './http/own/server-routes.ts';
import { mountSingleSignOnRoutes, type SingleSignOnRoutesNeeds } from './http/own/single-sign-on-routes.ts';
import { mountProviderRoutes } from './http/own/provider-routes.ts';
import { createKeyProver, createTokenReader } from './http/own/tokens.ts';
import { mountWebFiles } from './http/own/web-files.ts';
import { createSealer, type Keeper } from './keeper/index.ts';
import { openMail } from './mail.ts';
import { openMedia } from './media.ts';
import { createMetrics } from './metrics.ts';
import { openNetwork } from './network.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { OpenDatabase } from './platform/db/database.ts';
import { createApp, isSecure } from './platform/http/app.ts';
import { createConsoleListener } from './platform/http/listener.ts';
import { createMounter, type Mounter } from './platform/http/mount.ts';
import { StartFault } from './platform/fault.ts';
import { createJobs } from './platform/jobs/index.ts';
import type { Logger } from './platform/log.ts';
import { describeConfinement } from './platform/process/tool.ts';
import { readPlaces } from './places.ts';
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
	/** Of a media server that nobody has claimed: the code, and the page of the account service for it. */
	readonly claim: { readonly code: string; readonly url: string; readonly keyName: string } | null;
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

/** The keeper's part in a media server's identity: its private half stays there. */
const identityOf = async (keeper: Keeper) => ({
	publicKey: await keeper.sign.publicKey('server-identity'),
	sign: (bytes: Uint8Array) => keeper.sign.sign('server-identity', bytes),
});

/** People who are known here, or a far account service that knows them; never both. */
const openPeople = async (
	needs: ServerNeeds & { clock: Clock },
	base: Pick<Foundations, 'keeper' | 'db'> & {
		readonly serverId: string;
		readonly publicUrl: PublicUrl;
		readonly forgetViewer: (viewerId: string) => Promise<void>;
	},
	stack: AsyncDisposableStack,
): Promise<{ readonly accounts: Accounts | null; readonly far: Far | null }> => {
	const { config, log, clock } = needs;
	const { keeper, db, serverId, publicUrl } = base;
	if (config.authority) {
		const identity = await identityOf(keeper);
		const name = hostname();
		const far = await openFar({ config: config.authority, db: db.only(), clock, log, identity, name });
		return { accounts: null, far: stack.use(far) };
	}
	const sealer = stack.use(createSealer({ keeper, clock }));
	const accounts = createAccounts({
		db: db.near().only(),
		keeper,
		sealer,
		clock,
		log,
		serverId,
		publicUrl: publicUrl.get,
		openRegistration: config.accounts.openRegistration,
		arePlainPasswordsAllowed: config.accounts.subsonicPasswords,
		forgetViewer: base.forgetViewer,
		mail: openMail(config, clock, stack),
		breachedPasswords: config.breachedPasswords,
		places: await readPlaces(config.accounts.placesDatabase),
		hasTrustedProxy: config.server.trustedProxies.length > 0,
		startsPerNetworkPerMinute: config.accounts.signInsPerNetworkPerMinute,
		startsPerMinute: config.accounts.signInsPerMinute,
		...(needs.keyStretching ? { keyStretching: needs.keyStretching } : {}),
	});
	return { accounts, far: null };
};

/** The rooms over the foundations: people, access to them, media, and what pages hear of both. */
const openRooms = async (
	needs: ServerNeeds & { clock: Clock },
	base: Foundations,
	stack: AsyncDisposableStack,
) => {
	const { config, log, clock } = needs;
	const { keeper, db } = base;
	const serverId = await serverIdOf({ db: db.only(), clock });
	const publicUrl = await openPublicUrl(config, db);
	const events = createLiveEvents({ clock });
	stack.defer(() => events.close());
	const jobs = stack.use(createJobs({ db: db.only(), clock, log }));
	// Known later: viewing history is kept by a room that is opened after the one that erases people.
	const forgetViewer = async (viewerId: string): Promise<void> => media?.playback.forgetViewer(viewerId);
	const people = await openPeople(needs, { keeper, db, serverId, publicUrl, forgetViewer }, stack);
	const media = config.roles.includes('media')
		? openMedia({ ...base, config, log, clock, events }, stack)
		: null;
	return { serverId, ...people, publicUrl, events, jobs, media };
};

type Rooms = Awaited<ReturnType<typeof openRooms>>;

/** An owner of our own, or somebody at the account service who claimed this server. */
const isOwned = async ({ accounts, far }: Rooms): Promise<boolean> =>
	far ? far.isClaimed() : accounts !== null && (await accounts.hasOwner());

/** Every route of the accounts room; a media server with a far account service has none of them. */
const mountPeople = (mounter: Mounter, needs: PeopleRoutesNeeds & SingleSignOnRoutesNeeds): void => {
	mountAccountRoutes(mounter, needs);
	mountDeviceRoutes(mounter, needs);
	mountPeopleRoutes(mounter, needs);
	mountFactorRoutes(mounter, needs);
	mountRecoveryRoutes(mounter, needs);
	mountServerRoutes(mounter, needs);
	mountSingleSignOnRoutes(mounter, needs);
};

/** Apps that people sign in to with this server: the protocol, its pages, and who tells them of sign-outs. */
const openApps = (
	mounter: Mounter,
	needs: AccountRoutesNeeds & Omit<OauthNeeds, 'read'>,
	stack: AsyncDisposableStack,
): void => {
	const oauth = stack.use(openOauth(mounter, { ...needs, read: createReader(needs) }));
	mountProviderRoutes(mounter, { ...needs, issuer: oauth.issuer, onKeysRotated: oauth.forgetKeys });
};

/** What the server says of itself: status, probes, documents, and what the doctor finds. */
const mountAbout = (
	mounter: Mounter,
	about: {
		readonly needs: ServerNeeds & { clock: Clock };
		readonly base: Foundations;
		readonly rooms: Rooms;
		readonly port: () => number;
		readonly metrics: () => Promise<string>;
	},
): void => {
	const { rooms, base, port, metrics } = about;
	const { config, clock } = about.needs;
	const { serverId, publicUrl, events, far } = rooms;
	const { keeper } = base;
	const authority = () => far?.status() ?? null;
	const db = { engine: base.db.engine, query: base.db.query as never };
	mountSystemRoutes(mounter, {
		...{ serverId, version, publicUrl, events, authority, metrics, port },
		hasOwner: () => isOwned(rooms),
		hasMedia: rooms.media !== null,
		checkReady: async () => {
			await keeper.ready();
			await db.engine.ping(db.query);
		},
		isTls: config.server.tls !== null,
	});
	const { tools } = base.tools;
	const toolConfinement = describeConfinement(base.tools);
	const looking = { config, keeper, db, tools, toolConfinement, clock, serverId };
	const readOutbox = rooms.accounts?.readOutbox ?? null;
	mounter.mount(consoleDoctor, async () => ({
		findings: await findingsOf({
			...looking,
			publicUrl: publicUrl.get(),
			authority: authority(),
			readOutbox,
			signInProtection: rooms.accounts?.signInProtection ?? null,
		}),
	}));
};

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
	const { serverId, publicUrl, events, far } = rooms;
	const app = createApp({
		log,
		trustedProxies: config.server.trustedProxies,
		isStopping: reach.isStopping,
	});
	stack.defer(() => app.close());
	const handler = app.routing.bind(app);
	const socket = stack.use(createConsoleListener(handler));
	const cookies = createSessionCookies({ serverId, isSecure, lifetimeMs: sessionLifetimeMaxMs });
	const tokenOf = createTokenReader(cookies);
	const { isConsole } = socket;
	const authority = rooms.far?.authority ?? rooms.accounts?.authority;
	if (!authority) throw new StartFault('Nobody knows the people of this server.');
	const access = stack.use(
		createAccess({
			authority,
			clock,
			log,
			tokenOf,
			isConsole,
			publicOrigin: publicUrl.get,
			...(rooms.accounts ? { isKeyProven: createKeyProver(rooms.accounts.isKeyProven) } : {}),
		}),
	);
	const mounter = createMounter(app, access.gate);
	const metrics = createMetrics(app, {
		liveStreams: () => events.connected,
		keeperAnswers: async () => (await base.keeper.report()).answered,
	});
	if (rooms.accounts) {
		const accounts = widenWithOwner(rooms.accounts, reach.widen, log);
		const { media } = rooms;
		const people = { accounts, cookies, isConsole, clock, publicUrl: publicUrl.get, media };
		mountPeople(mounter, { ...people, serverId, isSecure });
		openApps(mounter, { ...people, log }, stack);
	}
	mountEnterRoutes(mounter, { far, cookies });
	if (rooms.media) {
		mountCatalogueRoutes(mounter, rooms.media);
		mountPlaybackRoutes(mounter, rooms.media);
	}
	mountAbout(mounter, { needs, base, rooms, port: reach.port, metrics: metrics.print });
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
		Promise.all([rooms.accounts?.sweep(), rooms.far?.sweep()]).then(
			() => undefined,
			(error: unknown) => needs.log.warn({ err: error }, 'could not sweep'),
		),
	);
	stack.defer(() => sweeping.stop());
	const sending = rooms.accounts?.startSending();
	stack.defer(() => sending?.stop());
	await rooms.media?.beginWatching();
};

/** Tells the far account service that this server is there, under the addresses that a browser may open. */
const beginFar = async (
	{ config, log }: ServerNeeds,
	{ far, publicUrl }: Rooms,
	reach: { readonly port: number; readonly widen: () => Promise<void> },
): Promise<void> => {
	const isTls = config.server.tls !== null;
	await far?.begin({
		addresses: () => {
			const found = foundAddresses(reach.port, isTls);
			const local = `${isTls ? 'https' : 'http'}://localhost:${reach.port}`;
			const loopback = `${isTls ? 'https' : 'http'}://127.0.0.1:${reach.port}`;
			const chosen = publicUrl.get();
			return [...(chosen === null ? [] : [chosen]), ...found, local, loopback];
		},
		onClaimed: () =>
			void reach
				.widen()
				.catch((error: unknown) => log.error({ err: error }, 'could not open to the network')),
	});
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
	const hasOwner = await isOwned(rooms);
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
		stack.defer(() => {
			rooms.events.close();
			rooms.accounts?.feed.stopWaiting();
		});
		await beginWork(needs, rooms, stack);
		await beginFar(needs, rooms, { port: network.port, widen: reach.widen });
	}
	const running = stack.move();
	const { problem } = base.tools.tools;
	return {
		url: network?.url ?? null,
		port: network?.port ?? null,
		setupCode: hasOwner || !rooms.accounts ? null : rooms.accounts.setupCode,
		claim: rooms.far?.claim() ?? null,
		notices: problem === null ? [] : [problem],
		[Symbol.asyncDispose]: () => {
			isStopping = true;
			return running.disposeAsync();
		},
	};
};
