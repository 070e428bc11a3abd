/** Whether many people seem to come from one address, as behind a proxy that nobody named or a container's gateway. */
import { BlockList, isIPv6 } from 'node:net';
import type { Logger } from '#platform/log.ts';

const windowMinutes = 10;
const requestsMin = 200;
const shareOfOne = 0.8;
const addressesMax = 1_000;

const inner = new BlockList();
for (const [network, prefix] of [
	['10.0.0.0', 8],
	['172.16.0.0', 12],
	['192.168.0.0', 16],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['100.64.0.0', 10],
] as const) {
	inner.addSubnet(network, prefix, 'ipv4');
}
inner.addAddress('::1', 'ipv6');
inner.addSubnet('fc00::', 7, 'ipv6');
inner.addSubnet('fe80::', 10, 'ipv6');

/** An address of the house or of this machine, as a proxy or a container's gateway has one. */
export const isInner = (address: string): boolean => {
	const plain = address.replace(/^::ffff:(?=\d+\.)/iu, '').split('%')[0]!;
	return inner.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
};

interface Minute {
	readonly at: number;
	total: number;
	readonly byAddress: Map<string, number>;
}

export interface Crowd {
	note(address: string, now: number): void;
	isOne(now: number): boolean;
}

/** Looks again once a second at most. Says so in the log when its answer changes. */
export const createCrowd = (needs: {
	readonly hasTrustedProxy: boolean;
	readonly log: Pick<Logger, 'warn'>;
}): Crowd => {
	let minutes: Minute[] = [];
	let lookedAt = Number.NEGATIVE_INFINITY;
	let isOne = false;
	const present = (now: number): Minute => {
		const at = Math.floor(now / 60_000);
		const last = minutes.at(-1);
		if (last?.at === at) return last;
		const next = { at, total: 0, byAddress: new Map<string, number>() };
		minutes = [...minutes.filter((minute) => minute.at > at - windowMinutes), next];
		return next;
	};
	const look = (now: number): boolean => {
		present(now);
		const totals = new Map<string, number>();
		let total = 0;
		for (const minute of minutes) {
			total += minute.total;
			for (const [address, count] of minute.byAddress)
				totals.set(address, (totals.get(address) ?? 0) + count);
		}
		if (total < requestsMin) return false;
		return [...totals].some(([address, count]) => count > total * shareOfOne && isInner(address));
	};
	return {
		note: (address, now) => {
			const minute = present(now);
			minute.total += 1;
			if (minute.byAddress.size < addressesMax || minute.byAddress.has(address))
				minute.byAddress.set(address, (minute.byAddress.get(address) ?? 0) + 1);
		},
		isOne: (now) => {
			if (needs.hasTrustedProxy || now - lookedAt < 1_000) return isOne;
			lookedAt = now;
			const before = isOne;
			isOne = look(now);
			if (isOne && !before)
				needs.log.warn('most sign-ins come from one inner address: limits by network are off');
			return isOne;
		},
	};
};
