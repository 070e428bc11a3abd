/** One request in, one answer out. Whatever arrives, nothing is thrown and nothing secret is said. */
import type { Clock } from '../platform/clock.ts';
import { blindIndex } from './blind-index.ts';
import { newDataKey, openDataKey } from './data-keys.ts';
import { finishSignIn, startRegistration, startSignIn } from './evaluate.ts';
import type { KeeperKeys } from './keys.ts';
import {
	isVerb,
	requestsInBatchMax,
	verbs,
	type Answer,
	type ReplyOf,
	type RequestOf,
	type Verb,
} from './messages.ts';
import { createMeter, openingsPerHourMax } from './meter.ts';
import { bindSession, checkProof } from './proofs.ts';
import { makeRecoveryKit } from './recovery-kit.ts';
import { Refusal } from './refusal.ts';
import { presentSetUp } from './set-ups.ts';
import { createSignInStates } from './sign-in-state.ts';
import { publicKeyOf, signBytes, verifyBytes } from './signing.ts';

type Handlers = { readonly [V in Verb]: (input: RequestOf<V>) => ReplyOf<V> };

export interface AnswerNeeds {
	readonly clock: Pick<Clock, 'now'>;
	readonly keys: KeeperKeys;
	/** Keeps changed keys, on disk and in the sealed copy, before anything that depends on them is answered. */
	readonly saveKeys: (keys: KeeperKeys) => void;
	readonly confinement: readonly string[];
	readonly openingsPerHourMax?: number;
}

/** `proof` is checked before anything is booked, and everything is booked before anything is opened. */
const makeUnwrap = (needs: {
	readonly keys: () => KeeperKeys;
	readonly clock: Pick<Clock, 'now'>;
	readonly perHourMax: number;
}) => {
	const meter = createMeter({ perHourMax: needs.perHourMax });
	const unwrap: Handlers['unwrap'] = (entries) => {
		const nowMs = needs.clock.now();
		for (const { accountId, proof } of entries) {
			if (proof) checkProof(needs.keys(), accountId, proof, nowMs);
		}
		meter.spend(entries.filter(({ proof }) => proof === null).length, nowMs);
		return entries.map(({ accountId, wrapped }) =>
			openDataKey(needs.keys(), { kind: 'data', id: accountId }, wrapped),
		);
	};
	const bind: Handlers['bindSession'] = (input) => {
		const nowMs = needs.clock.now();
		meter.spend(input.proof ? 0 : 1, nowMs);
		return bindSession(needs.keys(), input, nowMs);
	};
	return { unwrap, bind, openingsLastHour: () => meter.lastHour(needs.clock.now()) };
};

const makeHandlers = (needs: AnswerNeeds, answered: Record<string, number>): Handlers => {
	let keys = needs.keys;
	const startedAt = needs.clock.now();
	const perHourMax = needs.openingsPerHourMax ?? openingsPerHourMax;
	const opening = makeUnwrap({ keys: () => keys, clock: needs.clock, perHourMax });
	const states = createSignInStates();
	const now = needs.clock.now;
	return {
		startRegistration: (input) => startRegistration(keys, input),
		startSignIn: (input) => startSignIn({ keys, states, nowMs: now() }, input),
		finishSignIn: (input) => finishSignIn({ keys, states, nowMs: now() }, input),
		newDataKey: ({ accountId }) => newDataKey(keys, { kind: 'data', id: accountId }),
		newMailKey: ({ mailId }) => newDataKey(keys, { kind: 'mail', id: mailId }),
		openMailKeys: (entries) =>
			entries.map(({ mailId, wrapped }) => openDataKey(keys, { kind: 'mail', id: mailId }, wrapped)),
		unwrap: opening.unwrap,
		bindSession: opening.bind,
		blindIndex: ({ purpose, values }) => blindIndex(keys, purpose, values),
		sign: ({ purpose, bytes }) => signBytes(keys, purpose, bytes),
		publicKey: ({ purpose }) => publicKeyOf(keys, purpose),
		verify: ({ purpose, bytes, signature }) => verifyBytes(keys, purpose, bytes, signature),
		report: () => ({
			startedAt,
			answered: { ...answered },
			meteredOpeningsLastHour: opening.openingsLastHour(),
			residentBytes: process.memoryUsage.rss(),
			confinement: needs.confinement,
			setupId: presentSetUp(keys).id,
			kitTakenAt: keys.kit?.takenAt ?? null,
		}),
		takeRecoveryKit: (input) => {
			const made = makeRecoveryKit(keys, input, now());
			needs.saveKeys(made.keys);
			keys = made.keys;
			return made.kit;
		},
	};
};

const run = <V extends Verb>(handlers: Handlers, verb: V, input: unknown): ReplyOf<V> => {
	const isRequest = verbs[verb].request as (value: unknown) => value is RequestOf<V>;
	if (!isRequest(input)) throw new Refusal('request.malformed');
	return handlers[verb](input);
};

const idOf = (request: unknown): number => {
	const id = typeof request === 'object' && request !== null && 'id' in request ? request.id : null;
	return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : 0;
};

/** Answers a whole batch; a message that is no batch gets one answer with id 0. */
export const createAnswerer = (needs: AnswerNeeds): ((message: unknown) => Answer[]) => {
	const answered: Record<string, number> = {};
	const handlers = makeHandlers(needs, answered);
	const answerOne = (request: unknown): Answer => {
		const id = idOf(request);
		try {
			const { verb, input } = (request ?? {}) as { verb?: unknown; input?: unknown };
			if (!isVerb(verb)) throw new Refusal('request.malformed');
			const reply = run(handlers, verb, input);
			answered[verb] = (answered[verb] ?? 0) + 1;
			return { id, reply };
		} catch (error) {
			return { id, refusal: error instanceof Refusal ? error.code : 'server.broken' };
		}
	};
	return (message) =>
		Array.isArray(message) && message.length <= requestsInBatchMax
			? message.map(answerOne)
			: [{ id: 0, refusal: 'request.malformed' }];
};
