/**
 * Requests that wait for the keeper's answer: bounded in number and in time, and each settled exactly once.
 */
import { Fault } from '../platform/fault.ts';
import { type Answer, type Request, requestsInBatchMax, type Verb, verbs } from './messages.ts';

/** At 1 ms each the last of them would be out of time anyway. */
const waitingMax = 4_000;
export const answerWithinMs = 10_000;
/** How often a request is sent at most: again once, after the process that had it died. */
const attemptsMax = 2;

interface Entry {
	readonly request: Request;
	readonly dueMs: number;
	readonly resolve: (reply: unknown) => void;
	readonly reject: (error: Error) => void;
	attempts: number;
}

export interface Waiting {
	/** Adds a request to the next batch. Settles with the reply as it came, its shape checked. */
	add(verb: Verb, input: unknown, nowMs: number): Promise<unknown>;
	/** Takes everything that is to be sent, in batches. */
	takeBatches(): Request[][];
	settle(answer: Answer): void;
	/**
	 * After a death: what may be asked twice goes out again, once; the rest is told that the keeper is away.
	 */
	onDeath(): void;
	/** True where one of those given up on had been sent: the process owes an answer. */
	giveUpOnOverdue(nowMs: number): boolean;
	giveUpOnAll(): void;
}

const away = (): Fault => new Fault('server.keeper-away');

const wrongShape = (): Fault =>
	new Fault('server.broken', {
		cause: new Error('the keeper answered in a shape that its verb does not have'),
	});

export const createWaiting = (): Waiting => {
	const entries = new Map<number, Entry>();
	const outbox = new Set<Entry>();
	let nextId = 1;

	const remove = (entry: Entry): void => {
		entries.delete(entry.request.id);
		outbox.delete(entry);
	};
	const giveUpOn = (entry: Entry): void => {
		remove(entry);
		entry.reject(away());
	};

	return {
		add: (verb, input, nowMs) => {
			if (entries.size >= waitingMax) return Promise.reject(away());
			const { promise, resolve, reject } = Promise.withResolvers<unknown>();
			const request: Request = { id: nextId, verb, input };
			nextId += 1;
			const entry: Entry = { request, dueMs: nowMs + answerWithinMs, resolve, reject, attempts: 0 };
			entries.set(request.id, entry);
			outbox.add(entry);
			return promise;
		},
		takeBatches: () => {
			const batches: Request[][] = [];
			for (const entry of outbox) {
				const last = batches.at(-1);
				if (last && last.length < requestsInBatchMax) last.push(entry.request);
				else batches.push([entry.request]);
				entry.attempts += 1;
			}
			outbox.clear();
			return batches;
		},
		settle: (answer) => {
			const entry = entries.get(answer.id);
			if (!entry || entry.attempts === 0) return;
			remove(entry);
			if ('refusal' in answer) entry.reject(new Fault(answer.refusal));
			else if (verbs[entry.request.verb].reply(answer.reply)) entry.resolve(answer.reply);
			else entry.reject(wrongShape());
		},
		onDeath: () => {
			for (const entry of [...entries.values()]) {
				if (entry.attempts === 0) continue;
				const isAskedAgain = verbs[entry.request.verb].isRepeatable && entry.attempts < attemptsMax;
				if (isAskedAgain) outbox.add(entry);
				else giveUpOn(entry);
			}
		},
		giveUpOnOverdue: (nowMs) => {
			let isOwed = false;
			for (const entry of [...entries.values()]) {
				if (entry.dueMs > nowMs) break;
				isOwed ||= entry.attempts > 0;
				giveUpOn(entry);
			}
			return isOwed;
		},
		giveUpOnAll: () => {
			for (const entry of [...entries.values()]) giveUpOn(entry);
		},
	};
};
