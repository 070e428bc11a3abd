/** How fast credentials may be tried: by network, and altogether. In memory, bounded; counts protect passwords. */
import type { Clock } from '#platform/clock.ts';
import { Fault } from '#platform/fault.ts';
import type { Logger } from '#platform/log.ts';
import { networkOf } from '../network.ts';
import { createCrowd } from './crowd.ts';

/** Networks remembered at most; the one seen longest ago goes first. */
const networksMax = 10_000;
export const startsPerNetworkPerMinuteDefault = 240;
export const startsPerMinuteDefault = 12_000;

export interface PaceNeeds {
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Logger;
	readonly startsPerNetworkPerMinute: number;
	readonly startsPerMinute: number;
	/** A named proxy says who is behind it, so that no address stands for many people. */
	readonly hasTrustedProxy: boolean;
}

export interface Pace {
	/**
	 * Counts a request with a credential.
	 *
	 * @throws request.too-many with `retryAfterSeconds`; then nothing was counted.
	 */
	enter(address: string | null): void;
	/** False while most requests come from one address that is a proxy or a container's gateway. */
	isByNetwork(): boolean;
}

export const tooMany = (durationMs: number): Fault =>
	new Fault('request.too-many', { detail: { retryAfterSeconds: Math.ceil(durationMs / 1000) } });

export const createPace = (needs: PaceNeeds): Pace => {
	const byNetwork = createRate(needs.startsPerNetworkPerMinute);
	const altogether = createRate(needs.startsPerMinute);
	const crowd = createCrowd(needs);
	return {
		enter: (address) => {
			const now = needs.clock.now();
			if (address !== null) crowd.note(address, now);
			const network = crowd.isOne(now) ? null : networkOf(address);
			const waitMs = Math.max(
				network === null ? 0 : byNetwork.waitMs(network, now),
				altogether.waitMs('', now),
			);
			if (waitMs > 0) throw tooMany(waitMs);
			if (network !== null) byNetwork.count(network, now);
			altogether.count('', now);
		},
		isByNetwork: () => !crowd.isOne(needs.clock.now()),
	};
};

/** GCRA for each key: a burst of a minute's worth, then evenly. */
const createRate = (perMinute: number) => {
	const stepMs = 60_000 / perMinute;
	const dueAt = new Map<string, number>();
	const dueOf = (key: string, now: number): number => Math.max(dueAt.get(key) ?? 0, now);
	return {
		waitMs: (key: string, now: number): number => dueOf(key, now) - now - (60_000 - stepMs),
		count: (key: string, now: number): void => {
			const due = dueOf(key, now) + stepMs;
			dueAt.delete(key);
			dueAt.set(key, due);
			if (dueAt.size > networksMax) dueAt.delete(dueAt.keys().next().value!);
		},
	};
};
