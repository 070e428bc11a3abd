/** Faults as `application/problem+json` (RFC 9457). The one place where a kind becomes a status. */
import { faultTable, type FaultCode, type FaultKind } from '@holdfast/contract/errors';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, type FaultDetail } from '../fault.ts';
import type { Logger } from '../log.ts';

const statusOfKind: Readonly<Record<FaultKind, number>> = {
	invalid: 400,
	unauthenticated: 401,
	forbidden: 403,
	absent: 404,
	conflict: 409,
	exhausted: 429,
	unavailable: 503,
	broken: 500,
};

/** The status of each code. Two have one of their own, since HTTP has a finer word for them. */
export const statusOf = (code: FaultCode): number => {
	if (code === 'request.too-large') return 413;
	if (code === 'playback.range.unsatisfiable') return 416;
	return statusOfKind[faultTable[code].kind];
};

/** Seconds a client waits where a fault does not say. */
const retryAfterSecondsDefault = 5;

/** The body of every answer that is not a success (RFC 9457), with our stable code. */
export interface Problem {
	readonly type: 'about:blank';
	readonly title: string;
	readonly status: number;
	readonly code: FaultCode;
	readonly detail?: FaultDetail;
}

/** The body and status of a fault. Text and detail of what is `broken` are withheld. */
export const problemOf = (fault: Fault): Problem => ({
	type: 'about:blank',
	title: faultTable[fault.code].text,
	status: statusOf(fault.code),
	code: fault.code,
	...(fault.detail && fault.kind !== 'broken' ? { detail: fault.detail } : {}),
});

/** What Fastify itself refuses, in our words. */
const ofFramework = (error: FastifyError): Fault => {
	if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Fault('request.too-large', { cause: error });
	if (error.validation) {
		const [first] = error.validation;
		const field = `${error.validationContext ?? 'body'}${first?.instancePath ?? ''}`.slice(0, 200);
		return new Fault('request.malformed', { detail: { field }, cause: error });
	}
	const status = error.statusCode ?? 500;
	if (status === 413) return new Fault('request.too-large', { cause: error });
	if (status >= 400 && status < 500) return new Fault('request.malformed', { cause: error });
	return new Fault('server.broken', { cause: error });
};

/** As the system says it, and as SQL's class 53 does; both databases and the files speak one of them. */
const diskFullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);

const isDiskFull = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && diskFullCodes.has(error.code);

/** Any thrown thing as a fault; what nobody expected is `server.broken`. */
export const faultOf = (error: unknown): Fault => {
	if (error instanceof Fault) return error;
	if (error instanceof Error && 'statusCode' in error) return ofFramework(error as FastifyError);
	if (error instanceof Error && 'validation' in error) return ofFramework(error as FastifyError);
	return new Fault(isDiskFull(error) ? 'server.disk-full' : 'server.broken', { cause: error });
};

/** Answers with a problem; logs only what is our own fault, with its cause. */
export const replyWithProblem =
	(log: Logger) =>
	(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
		const fault = faultOf(error);
		const problem = problemOf(fault);
		if (fault.kind === 'broken') {
			log.error(
				{ requestId: request.id, route: request.routeOptions.url, err: fault.cause ?? fault },
				'request failed',
			);
		}
		if (fault.kind === 'exhausted' || fault.kind === 'unavailable') {
			const seconds = Number(fault.detail?.['retryAfterSeconds'] ?? retryAfterSecondsDefault);
			reply.header('retry-after', String(Math.max(1, Math.ceil(seconds))));
		}
		return reply
			.code(problem.status)
			.header('cache-control', 'no-store')
			.type('application/problem+json')
			.serializer((body: unknown) => JSON.stringify(body))
			.send(problem);
	};
