/** Catalogue and playback over the foundations, and what pages hear of them. */
import { type Catalogue, createCatalogue } from './catalogue/index.ts';
import type { AllTables } from './database.ts';
import type { LiveEvents } from './http/own/live-events.ts';
import { createPlayback, type Playback } from './playback/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Database } from './platform/db/database.ts';
import type { Logger } from './platform/log.ts';
import type { ToolRunner } from './platform/process/tool.ts';
import { readSetting, writeSetting } from './platform/settings.ts';

export interface MediaNeeds {
	readonly config: Config;
	readonly log: Logger;
	readonly clock: Clock;
	readonly db: Database<AllTables>;
	readonly dataFolder: { readonly path: string };
	readonly tools: ToolRunner;
	readonly events: LiveEvents;
}

export interface Media {
	readonly catalogue: Catalogue;
	readonly playback: Playback;
	/** Makes the configured libraries at the first start, then watches all there are. */
	beginWatching(): Promise<void>;
}

/** Once in the life of a server: a library that its owner removed does not come back at the next start. */
const makeInitialLibraries = async (needs: MediaNeeds, catalogue: Catalogue): Promise<void> => {
	const { libraries } = needs.config.media;
	if (libraries.length === 0) return;
	if ((await readSetting(needs.db.only(), 'initial-libraries-made')) !== null) return;
	await catalogue.makeInitialLibraries(libraries);
	await writeSetting(needs.db.only(), 'initial-libraries-made', 'yes');
};

/** Both rooms, put on `stack`. */
export const openMedia = (needs: MediaNeeds, stack: AsyncDisposableStack): Media => {
	const { config, log, clock, db, events, tools } = needs;
	const { media, data } = config;
	const catalogue = stack.use(
		createCatalogue({
			db: db.only(),
			clock,
			log,
			tools: tools.tools.problem === null ? tools : null,
			dataFolder: needs.dataFolder.path,
			hiddenFolders: [data.keysFolder],
			mediaRoots: [
				...media.roots,
				...(media.roots.length > 0 ? media.libraries.map(({ path }) => path) : []),
			],
			pictureCacheMb: media.pictureCacheMb,
			onEvent: (event) => events.publish(event, 'everyone'),
		}),
	);
	const playback = stack.use(
		createPlayback({
			db: db.only(),
			clock,
			log,
			catalogue,
			runner: tools,
			config: media,
			onEvent: ({ viewerId, ...progress }) => events.publish({ kind: 'progress', ...progress }, { viewerId }),
		}),
	);
	return {
		catalogue,
		playback,
		beginWatching: async () => {
			await makeInitialLibraries(needs, catalogue);
			await catalogue.startWatching(media.pollMinutes);
		},
	};
};
