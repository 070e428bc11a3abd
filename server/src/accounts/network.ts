/** The network an address belongs to: what is kept of it, and what a rate is counted by. */
import { isIPv4, isIPv6 } from 'node:net';

/** The /24 of an IPv4 address or the /64 of an IPv6 one, as text; null where it is neither. */
export const networkOf = (address: string | null): string | null => {
	if (address === null) return null;
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(address)?.[1];
	const plain = mapped ?? address.split('%')[0]!;
	if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
	if (isIPv6(plain)) return prefix64(plain);
	return null;
};

const groupsOfAddress = 8;

const prefix64 = (address: string): string => {
	const [left = '', right = ''] = address.split('::') as [string, string?];
	const head = left === '' ? [] : left.split(':');
	const tail = right === '' ? [] : right.split(':');
	const missing = address.includes('::') ? groupsOfAddress - head.length - tail.length : 0;
	const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
	const four = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
	return `${four.join(':').replace(/(^|:)0(:0)*$/u, '')}::/64`;
};
