/**
 * Pictures as pages ask for them: found by id, rendered once, kept; placeholders measured when nobody waits.
 */
import type { ImageVariant } from '@holdfast/contract/catalogue';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { Fault } from '../../platform/fault.ts';
import { FileRefusal } from '../../platform/files/refusal.ts';
import type { Logger } from '../../platform/log.ts';
import { HelperUnavailable } from '../../platform/process/helper-pool.ts';
import { shortDetail } from '../probe/probe-job.ts';
import type { CatalogueTables } from '../tables.ts';
import type { Visible } from '../values.ts';
import type { PictureCache } from './cache.ts';
import type { RenderResult } from './render-job.ts';
import { type PictureSource, renderSource, type SourceNeeds } from './source.ts';

export interface PictureNeeds extends SourceNeeds {
	readonly db: Database<CatalogueTables>;
	readonly clock: Clock;
	readonly log: Logger;
	readonly cache: PictureCache;
	/** True while something more urgent reads files: pictures that nobody asked for wait. */
	readonly isBusy: () => boolean;
}

export interface Pictures extends AsyncDisposable {
	/** WebP. @throws catalogue.image.absent, catalogue.file.away */
	read(imageId: string, variant: ImageVariant, visible: Visible): Promise<Uint8Array>;
	/**
	 * Measures pictures that nobody has asked for yet, one after another, until all are done. Returns at once.
	 */
	measureInBackground(): void;
}

/** Pictures rendered at once. A decode of a large photo takes about 200 MB, in a process of its own. */
const rendersAtOnce = 2;
/** Between two pictures of the background, so that streams and pages come first. */
const pauseMs = 30;
/** How long the background waits before it asks again whether it may go on. */
const busyPauseMs = 500;
const batchSize = 100;

interface Found extends PictureSource {
	readonly imageId: string;
	readonly state: number;
}

const find = async (db: PictureNeeds['db'], imageIds: readonly string[]): Promise<Found[]> =>
	db.query
		.selectFrom('image')
		.innerJoin('file', 'file.fileId', 'image.fileId')
		.innerJoin('libraryFolder', 'libraryFolder.folderId', 'file.folderId')
		.select([
			'image.imageId',
			'image.source',
			'image.state',
			'file.relativePath',
			'file.durationMs',
			'libraryFolder.path as rootPath',
		])
		.where('image.imageId', 'in', imageIds)
		.execute();

const isVisible = async (db: PictureNeeds['db'], imageId: string, visible: Visible): Promise<boolean> => {
	if (visible.libraryIds === 'all') return true;
	const row = await db.query
		.selectFrom('image')
		.select('libraryId')
		.where('imageId', '=', imageId)
		.executeTakeFirst();
	return row !== undefined && visible.libraryIds.includes(row.libraryId);
};

/** At most `most` at a time; the others wait in line. */
const createTurnstile = (most: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
	let active = 0;
	const waiting: (() => void)[] = [];
	return async (work) => {
		if (active >= most) await new Promise<void>((resolve) => void waiting.push(resolve));
		active += 1;
		try {
			return await work();
		} finally {
			active -= 1;
			waiting.shift()?.();
		}
	};
};

type Render = (imageId: string, variant: ImageVariant) => Promise<Uint8Array>;

/** Renders a few at a time; remembers what cannot be decoded. */
const createRenderer = (needs: PictureNeeds): Render => {
	const turn = createTurnstile(rendersAtOnce);
	const settle = async (imageId: string, values: Partial<CatalogueTables['image']>): Promise<void> => {
		await needs.db.transaction(async (tx) => {
			await tx.updateTable('image').set(values).where('imageId', '=', imageId).execute();
		});
	};
	const giveUp = async (imageId: string, detail: string): Promise<Fault> => {
		needs.log.debug({ detail, imageId }, 'a picture could not be decoded');
		await settle(imageId, { state: 2 });
		return new Fault('catalogue.image.absent');
	};
	/** @throws catalogue.file.away, server.stopping */
	const make = async (found: Found, variant: ImageVariant): Promise<RenderResult> => {
		try {
			return await renderSource(needs, found, { variant, isMeasured: found.state === 0 });
		} catch (error) {
			if (error instanceof HelperUnavailable) throw new Fault('server.stopping', { cause: error });
			if (!(error instanceof FileRefusal)) return { outcome: 'undecodable', detail: shortDetail(error) };
			if (error.reason === 'absent' || error.reason === 'away' || error.reason === 'busy')
				throw new Fault('catalogue.file.away', { cause: error });
			return { outcome: 'undecodable', detail: error.reason };
		}
	};
	const render = async (imageId: string, variant: ImageVariant): Promise<Uint8Array> => {
		const name = `${imageId}.${variant}`;
		const [found] = await find(needs.db, [imageId]);
		if (!found || found.state === 2) throw new Fault('catalogue.image.absent');
		// Frames wait for an ffmpeg that may be installed later; they are not given up.
		if (found.source === 'frame' && needs.tools?.tools.ffmpeg == null)
			throw new Fault('catalogue.image.absent');
		return turn(async () => {
			const result = await make(found, variant);
			if (result.outcome === 'away') throw new Fault('catalogue.file.away');
			if (result.outcome !== 'rendered')
				throw await giveUp(imageId, result.outcome === 'undecodable' ? result.detail : result.outcome);
			const { measured, bytes } = result;
			const keep = async (): Promise<void> => {
				if (measured) await settle(imageId, { ...measured, state: 1 });
				await needs.cache.put(name, bytes);
			};
			// A full disk keeps nobody from seeing what is made already.
			await keep().catch((error: unknown) => needs.log.warn({ err: error }, 'a picture could not be kept'));
			return bytes;
		});
	};
	return render;
};

/** Renders a tile of everything that was never measured, one after another. */
const measureAll = async (needs: PictureNeeds, render: Render, signal: AbortSignal): Promise<void> => {
	let after = '';
	for (;;) {
		const rows = await needs.db.query
			.selectFrom('image')
			.select('imageId')
			.where('state', '=', 0)
			.where('imageId', '>', after)
			.orderBy('imageId')
			.limit(batchSize)
			.execute();
		for (const { imageId } of rows) {
			while (needs.isBusy() && !signal.aborted) await needs.clock.sleep(busyPauseMs, signal).catch(() => {});
			if (signal.aborted) return;
			await render(imageId, 'tile').catch(() => {});
			await needs.clock.sleep(pauseMs, signal).catch(() => {});
		}
		const last = rows.at(-1);
		if (!last) return;
		after = last.imageId;
	}
};

/** Builds the pictures' part; nothing is decoded in this process. */
export const createPictures = (needs: PictureNeeds): Pictures => {
	const rendering = new Map<string, Promise<Uint8Array>>();
	const stopping = new AbortController();
	let background: Promise<void> | null = null;

	const render = createRenderer(needs);
	const renderOnce = (imageId: string, variant: ImageVariant): Promise<Uint8Array> => {
		const name = `${imageId}.${variant}`;
		const there = rendering.get(name);
		if (there) return there;
		const made = render(imageId, variant).finally(() => rendering.delete(name));
		rendering.set(name, made);
		return made;
	};
	return {
		read: async (imageId, variant, visible) => {
			if (!(await isVisible(needs.db, imageId, visible))) throw new Fault('catalogue.image.absent');
			const kept = await needs.cache.get(`${imageId}.${variant}`);
			return kept ?? renderOnce(imageId, variant);
		},
		measureInBackground: () => {
			if (stopping.signal.aborted) return;
			background ??= measureAll(needs, renderOnce, stopping.signal)
				.catch((error: unknown) => needs.log.warn({ err: error }, 'measuring pictures stopped'))
				.finally(() => {
					background = null;
				});
		},
		[Symbol.asyncDispose]: async () => {
			stopping.abort();
			await background;
			await Promise.allSettled(rendering.values());
		},
	};
};
