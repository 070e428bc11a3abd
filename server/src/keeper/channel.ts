/**
 * The main process's end of the channel: requests of one tick go out in one message, and a process that dies
 * is started again, after a pause that grows.
 */
import type { Clock } from '../platform/clock.ts';
import { Fault, StartFault } from '../platform/fault.ts';
import type { Logger } from '../platform/log.ts';
import {
	type Answer,
	isFromKeeper,
	type ReplyOf,
	type Request,
	type RequestOf,
	type Verb,
	verbs,
} from './messages.ts';
import { answerWithinMs, createWaiting } from './waiting.ts';

const sweepEveryMs = 500;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** A process that lived this long was well: the next pause is short again. */
const wellAfterMs = 60_000;

/** A running keeper process, or what a test puts in its place. */
export interface Line {
	send(batch: readonly Request[]): void;
	/** Closes the channel and resolves when the process has ended. */
	hangUp(): Promise<void>;
	/** Ends a process that does not answer any more. */
	kill(): void;
}

export interface LineEvents {
	onMessage(message: unknown): void;
	onEnd(reason: string): void;
}

export interface Channel {
	ask<V extends Verb>(verb: V, input: RequestOf<V>): Promise<ReplyOf<V>>;
	/** Rejects with a `StartFault` where the process says why it cannot work. */
	ready(): Promise<void>;
	close(): Promise<void>;
}

export interface ChannelNeeds {
	readonly clock: Clock;
	readonly log: Logger;
	readonly connect: (events: LineEvents) => Line;
}

/** How long to wait before each new start. */
const createPauses = (clock: Pick<Clock, 'elapsedMs'>) => {
	let pauseMs = firstPauseMs;
	return {
		afterLifeFrom: (bornMs: number): number => {
			if (clock.elapsedMs() - bornMs >= wellAfterMs) pauseMs = firstPauseMs;
			const thisPauseMs = pauseMs;
			pauseMs = Math.min(pauseMs * 2, longestPauseMs);
			return thisPauseMs;
		},
	};
};

/**
 * Keeps one process running: `onReady` each time one is, `onLost` each time one died and another will come,
 * `onFatal` once where none can work.
 */
const keepRunning = (
	needs: ChannelNeeds,
	on: {
		readonly answer: (answer: Answer) => void;
		readonly ready: () => void;
		readonly lost: () => void;
		readonly fatal: (reason: string) => void;
	},
) => {
	const stopping = new AbortController();
	const pauses = createPauses(needs.clock);
	let line: Line | null = null;
	let isReady = false;
	let fatal: string | null = null;
	let heardMs = needs.clock.elapsedMs();

	const onMessage = (message: unknown): void => {
		heardMs = needs.clock.elapsedMs();
		if (!isFromKeeper(message)) needs.log.error('a message from the keeper has no known shape');
		else if ('answers' in message) message.answers.forEach(on.answer);
		else if ('fatal' in message) fatal = message.fatal;
		else {
			isReady = true;
			on.ready();
		}
	};
	const onEnd = async (reason: string, bornMs: number): Promise<void> => {
		line = null;
		isReady = false;
		if (stopping.signal.aborted) return;
		if (fatal !== null) return on.fatal(fatal);
		needs.log.error({ reason }, 'the keeper ended and is started again');
		on.lost();
		await needs.clock.sleep(pauses.afterLifeFrom(bornMs), stopping.signal);
		start();
	};
	const start = (): void => {
		const bornMs = needs.clock.elapsedMs();
		const ended = (reason: string): void => {
			onEnd(reason, bornMs).catch((error: unknown) => {
				if (!stopping.signal.aborted) on.fatal(`The keeper cannot be started: ${String(error)}`);
			});
		};
		line = needs.connect({ onMessage, onEnd: ended });
	};
	start();
	return {
		/** The line to a process that is ready, or null while there is none. */
		line: (): Line | null => (isReady ? line : null),
		/**
		 * For a process that owes an answer: ends it where it has said nothing for as long as an answer may take.
		 */
		endIfStuck: (): void => {
			if (!isReady || needs.clock.elapsedMs() - heardMs < answerWithinMs) return;
			needs.log.error('the keeper does not answer and is ended');
			line?.kill();
		},
		stop: async (): Promise<void> => {
			stopping.abort();
			await line?.hangUp();
		},
	};
};

export const openChannel = (needs: ChannelNeeds): Channel => {
	const waiting = createWaiting();
	const started = Promise.withResolvers<void>();
	started.promise.catch(() => {});
	let isClosed = false;
	let isFlushDue = false;

	const flush = (): void => {
		isFlushDue = false;
		const line = running.line();
		if (!line) return;
		for (const batch of waiting.takeBatches()) line.send(batch);
	};
	const flushSoon = (): void => {
		if (!isFlushDue) setImmediate(flush);
		isFlushDue = true;
	};
	const giveUp = (error: Error): void => {
		isClosed = true;
		started.reject(error);
		waiting.giveUpOnAll();
	};

	const running = keepRunning(needs, {
		answer: waiting.settle,
		ready: () => {
			started.resolve();
			flushSoon();
		},
		lost: waiting.onDeath,
		fatal: (reason) => giveUp(new StartFault(reason)),
	});
	const sweep = needs.clock.every(sweepEveryMs, () => {
		if (waiting.giveUpOnOverdue(needs.clock.elapsedMs())) running.endIfStuck();
	});

	return {
		ask: async <V extends Verb>(verb: V, input: RequestOf<V>): Promise<ReplyOf<V>> => {
			if (!verbs[verb].request(input)) throw new Fault('request.malformed');
			if (isClosed) throw new Fault('server.keeper-away');
			const reply = waiting.add(verb, input, needs.clock.elapsedMs());
			flushSoon();
			return (await reply) as ReplyOf<V>;
		},
		ready: () => started.promise,
		close: async () => {
			sweep.stop();
			giveUp(new Fault('server.keeper-away'));
			await running.stop();
		},
	};
};
