/**
 * Follows the numbered log of security events by cursor, so that what ends elsewhere ends here within a
 * second.
 */
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/log.ts';
import type { Authority, SecurityEvent } from './authority.ts';

/** A wake-up may be lost, so the log is read at least this often. */
const readEveryMs = 250;
const eventsPerRead = 500;

export interface EventReaderNeeds {
	readonly authority: Authority;
	readonly clock: Clock;
	readonly log: Logger;
	readonly apply: (events: readonly SecurityEvent[]) => void;
	/** True while nobody is signed in here: then there is nothing to end, and the log is left alone. */
	readonly isIdle: () => boolean;
}

export interface EventReader extends AsyncDisposable {
	/** Resolves when the reader stands at some position; events after it will be seen. */
	begin(): Promise<void>;
	/** Reads to the end of the log now. */
	read(): Promise<void>;
}

export const createEventReader = (needs: EventReaderNeeds): EventReader => {
	let cursor: number | null = null;
	let beginning: Promise<void> | null = null;
	let reading: Promise<void> | null = null;
	let isNewsWaiting = false;

	const begin = (): Promise<void> => {
		if (cursor !== null) return Promise.resolve();
		beginning ??= needs.authority
			.newestPosition()
			.then((position) => {
				cursor ??= position;
			})
			.finally(() => {
				beginning = null;
			});
		return beginning;
	};
	const readToEnd = async (): Promise<void> => {
		do {
			isNewsWaiting = false;
			for (;;) {
				if (cursor === null) return;
				const page = await needs.authority.eventsAfter(cursor, eventsPerRead);
				needs.apply(page.events);
				cursor = page.cursor;
				if (page.events.length < eventsPerRead) break;
			}
		} while (isNewsWaiting);
	};
	const read = (): Promise<void> => {
		isNewsWaiting = true;
		reading ??= readToEnd().finally(() => {
			reading = null;
		});
		return reading;
	};
	const readQuietly = async (): Promise<void> => {
		try {
			if (!needs.isIdle()) return await read();
			if (!reading && !beginning) cursor = null;
		} catch (error) {
			needs.log.warn({ err: error }, 'the log of security events cannot be read; trying again');
		}
	};
	const ticker = needs.clock.every(readEveryMs, readQuietly);
	const listening = needs.authority.onNews(() => void readQuietly());
	listening.catch((error: unknown) =>
		needs.log.warn({ err: error }, 'no wake-ups for security events; reading them by the clock'),
	);
	return {
		begin,
		read,
		[Symbol.asyncDispose]: async () => {
			ticker.stop();
			const stop = await listening.catch(() => null);
			await stop?.();
			await reading?.catch(() => undefined);
		},
	};
};
