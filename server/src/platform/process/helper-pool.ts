/**
 * A few helper processes, started on demand and ended when idle: work that takes much memory, or meets
 * hostile bytes, is done there and not in the server.
 */
import type { Clock } from '../clock.ts';
import { type Helper, startHelper } from './helper-process.ts';

/** A helper that has had nothing to do for this long ends, and its memory with it. */
const idleMs = 15_000;
/** A helper that holds more than this after an answer is ended, and a fresh one started when needed. */
const residentMbMax = 400;
/** A helper that takes no request after this long is not waited for. */
const startMaxMs = 30_000;
/** Requests that wait for a helper; above it callers are told so. */
const waitingMax = 1_000;

/** How a pool is made. */
export interface HelperPoolOptions {
	/** A module of this program that calls `answerAsHelper`. */
	readonly entry: URL;
	readonly processesMax: number;
	/** Most that the JavaScript of one helper may hold. */
	readonly heapMbMax: number;
}

/** One request. */
export interface HelperWork {
	readonly asked: unknown;
	/** The folder that the helper reads for it; null where it reads none. */
	readonly folder: string | null;
	/** After it the helper is killed. */
	readonly limitMs: number;
	/** Somebody waits for it: before all that is not urgent. */
	readonly isUrgent?: boolean;
}

/** Thrown where no helper could be had; it says nothing about the work. */
export class HelperUnavailable extends Error {
	constructor(message: string, options?: { readonly cause: unknown }) {
		super(message, options);
		this.name = 'HelperUnavailable';
	}
}

/** Made once; disposing it kills every helper and waits until they are gone. */
export interface HelperPool extends AsyncDisposable {
	/**
	 * The answer, or null where the helper died of it or took too long; it is then gone.
	 *
	 * @throws HelperUnavailable  when none could be started, too many wait, or the pool is disposed.
	 */
	ask(work: HelperWork): Promise<{ readonly answer: unknown } | null>;
	/** Processes alive now. */
	readonly processCount: number;
}

interface Place {
	helper: Helper | null;
	isBusy: boolean;
	idleSinceMs: number;
}

/** Counts places, not processes: a place whose process died gets another. */
const createPlaces = (count: number) => {
	const places: Place[] = Array.from({ length: count }, () => ({
		helper: null,
		isBusy: false,
		idleSinceMs: 0,
	}));
	const urgent: ((place: Place) => void)[] = [];
	const patient: ((place: Place) => void)[] = [];
	/** One that runs and may read the folder, else one that runs, else an empty one. */
	const best = (folder: string | null): Place | undefined => {
		const free = places.filter(({ isBusy }) => !isBusy);
		const fits = ({ helper }: Place): boolean =>
			helper?.isAlive === true && (folder === null || helper.folders.has(folder));
		return free.find(fits) ?? free.find(({ helper }) => helper === null) ?? free[0];
	};
	return {
		all: places,
		take: (folder: string | null, isUrgent: boolean): Promise<Place> => {
			const place = best(folder);
			if (place) {
				place.isBusy = true;
				return Promise.resolve(place);
			}
			if (urgent.length + patient.length >= waitingMax)
				throw new HelperUnavailable('Too much waits for the helper processes.');
			return new Promise((resolve) => void (isUrgent ? urgent : patient).push(resolve));
		},
		giveBack: (place: Place, nowMs: number): void => {
			const next = urgent.shift() ?? patient.shift();
			if (next) return next(place);
			place.isBusy = false;
			place.idleSinceMs = nowMs;
		},
	};
};

const stopped = (): HelperUnavailable => new HelperUnavailable('The helper processes are stopped.');

/** Null where `promise` takes longer. */
const within = async <T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T | null> => {
	const done = new AbortController();
	const limit = clock.sleep(limitMs, done.signal).then(
		() => null,
		() => null,
	);
	try {
		return await Promise.race([promise, limit]);
	} finally {
		done.abort();
	}
};

/** Builds a pool; nothing is started before it is asked. */
export const createHelperPool = (
	needs: { readonly clock: Clock },
	options: HelperPoolOptions,
): HelperPool => {
	const { clock } = needs;
	const places = createPlaces(options.processesMax);
	/** Every folder asked about so far: a helper that is started may read them all. */
	const folders = new Set<string>();
	let isDisposed = false;

	const vacate = async (place: Place): Promise<void> => {
		const { helper } = place;
		place.helper = null;
		await helper?.end();
	};
	const fitting = async (place: Place, folder: string | null): Promise<Helper> => {
		const { helper } = place;
		if (helper?.isAlive && (folder === null || helper.folders.has(folder))) return helper;
		await vacate(place);
		if (isDisposed) throw stopped();
		const started = startHelper({ ...options, folders: [...folders] });
		place.helper = started;
		const isReady = await within(clock, startMaxMs, started.ready).catch((cause: unknown) => {
			throw new HelperUnavailable('A helper process could not be started.', { cause });
		});
		if (isReady !== null) return started;
		await vacate(place);
		throw new HelperUnavailable('A helper process took too long to start.');
	};
	const ask = async (work: HelperWork): Promise<{ readonly answer: unknown } | null> => {
		if (work.folder !== null) folders.add(work.folder);
		const place = await places.take(work.folder, work.isUrgent === true);
		try {
			const helper = await fitting(place, work.folder);
			const answered = await within(clock, work.limitMs, helper.ask(work.asked));
			// What was cut short by our own end says nothing about the work.
			if (isDisposed) throw stopped();
			if (answered === null || answered.residentMb > residentMbMax) await vacate(place);
			return answered;
		} finally {
			places.giveBack(place, clock.now());
		}
	};
	const sweep = clock.every(idleMs / 3, async () => {
		const isOld = ({ helper, isBusy, idleSinceMs }: Place): boolean =>
			helper !== null && !isBusy && clock.now() - idleSinceMs >= idleMs;
		await Promise.all(places.all.filter(isOld).map(vacate));
	});
	return {
		ask,
		get processCount() {
			return places.all.filter(({ helper }) => helper?.isAlive === true).length;
		},
		[Symbol.asyncDispose]: async () => {
			isDisposed = true;
			sweep.stop();
			await Promise.all(places.all.map(vacate));
		},
	};
};
