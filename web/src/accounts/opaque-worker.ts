/** Runs OPAQUE's steps beside the page, so that stretching a password never freezes it. */
import { type OpaqueStep, type OpaqueStepResult, runOpaqueStep } from './opaque-steps.ts';

/** What the worker answers to a step. */
export interface OpaqueAnswer {
	readonly id: number;
	readonly result?: OpaqueStepResult;
	readonly failure?: string;
}

interface WorkerScope {
	onmessage: ((event: MessageEvent<{ id: number; input: OpaqueStep }>) => void) | null;
	postMessage: (answer: OpaqueAnswer) => void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { id, input } }) => {
	runOpaqueStep(input).then(
		(result) => scope.postMessage({ id, result }),
		(failure: unknown) => scope.postMessage({ id, failure: String(failure) }),
	);
};
