/**
 * The one error class that crosses rooms. A facade maps its kind, then its code, to what its protocol says.
 */
import { faultTable, type FaultCode, type FaultKind } from '@holdfast/contract/errors';

/** Small facts for the client, such as `retryAfterSeconds`. Never a path, a name or a secret. */
export type FaultDetail = Readonly<Record<string, string | number | boolean>>;

/**
 * Something that a client is told by code. `message` is for logs; a client's text is looked up by the code. `cause` keeps
 * what led to it and never leaves the server.
 */
export class Fault extends Error {
	readonly code: FaultCode;
	readonly kind: FaultKind;
	readonly detail: FaultDetail | undefined;

	constructor(code: FaultCode, options: { detail?: FaultDetail; cause?: unknown } = {}) {
		super(
			`${code}: ${faultTable[code].text}`,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.name = 'Fault';
		this.code = code;
		this.kind = faultTable[code].kind;
		this.detail = options.detail;
	}
}

/** True for a fault, and for the given code where one is named. */
export const isFault = (error: unknown, code?: FaultCode): error is Fault =>
	error instanceof Fault && (code === undefined || error.code === code);

/**
 * Ends the program with one clear line and exit code `exitCode`. For start-up only: a port in use, a data
 * folder that cannot be written. `main.ts` prints the message without a stack.
 */
export class StartFault extends Error {
	readonly exitCode: number;
	constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'StartFault';
		this.exitCode = options.exitCode ?? 1;
	}
}
