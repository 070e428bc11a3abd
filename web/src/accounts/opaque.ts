/** Where OPAQUE's steps run: a worker, and the page itself where the browser has none. */
import type { OpaqueStep, OpaqueStepResult } from './opaque-steps.ts';
import type { OpaqueAnswer } from './opaque-worker.ts';

/** Runs steps until `end`, which frees the memory that stretching took. */
export interface OpaqueRunner {
	readonly run: (input: OpaqueStep) => Promise<OpaqueStepResult>;
	readonly end: () => void;
}

type Settle = { readonly resolve: (answer: OpaqueAnswer) => void; readonly reject: (cause: unknown) => void };

const startWorker = (): Worker | null => {
	try {
		return new Worker(new URL('./opaque-worker.ts', import.meta.url), { type: 'module', name: 'opaque' });
	} catch {
		return null;
	}
};

const runHere = async (input: OpaqueStep): Promise<OpaqueStepResult> => {
	const { runOpaqueStep } = await import('./opaque-steps.ts');
	return runOpaqueStep(input);
};

const ask = (
	worker: Worker,
	waiting: Map<number, Settle>,
	id: number,
	input: OpaqueStep,
): Promise<OpaqueAnswer> =>
	new Promise((resolve, reject) => {
		waiting.set(id, { resolve, reject });
		worker.postMessage({ id, input });
	});

/** A worker that fails, however it fails, is replaced by the page: slower, but nobody is locked out. */
export const openOpaque = (): OpaqueRunner => {
	let worker = startWorker();
	let nextId = 1;
	const waiting = new Map<number, Settle>();
	const abandon = (cause: unknown) => {
		worker?.terminate();
		worker = null;
		for (const { reject } of waiting.values()) reject(cause);
		waiting.clear();
	};
	if (worker) {
		worker.onmessage = ({ data }: MessageEvent<OpaqueAnswer>) => {
			waiting.get(data.id)?.resolve(data);
			waiting.delete(data.id);
		};
		worker.onerror = abandon;
		worker.onmessageerror = abandon;
	}
	const run = async (input: OpaqueStep): Promise<OpaqueStepResult> => {
		if (!worker) return runHere(input);
		const id = nextId++;
		const answer = await ask(worker, waiting, id, input).catch(() => null);
		if (!answer) return runHere(input);
		if (answer.failure !== undefined || answer.result === undefined)
			throw new Error(answer.failure ?? 'no answer');
		return answer.result;
	};
	return { run, end: () => abandon(new Error('ended')) };
};
