/**
 * How the parts of the keeper's process say no. The channel carries the code; the client makes a fault of
 * it.
 */
import type { RefusalCode } from './messages.ts';

export class Refusal extends Error {
	readonly code: RefusalCode;

	constructor(code: RefusalCode, options: { cause?: unknown } = {}) {
		super(code, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'Refusal';
		this.code = code;
	}
}
