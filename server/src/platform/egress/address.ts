/** Which addresses of the internet are public. Everything special-purpose counts as private. */
import { BlockList, isIP } from 'node:net';

/** The special-purpose registries of IANA; a few are globally reachable in part and refused all the same. */
const privateV4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.31.196.0/24',
	'192.52.193.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'192.175.48.0/24',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/4',
	'240.0.0.0/4',
];

/** Of IPv6 only global unicast is public (2000::/3), less what carries or hides other addresses. */
const privateV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '2620:4f:8000::/48'];

const listOf = (networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
	const list = new BlockList();
	for (const network of networks) {
		const [address, bits] = network.split('/');
		list.addSubnet(address!, Number(bits), family);
	}
	return list;
};

const blockedV4 = listOf(privateV4, 'ipv4');
const blockedV6 = listOf(privateV6, 'ipv6');
const globalV6 = listOf(['2000::/3'], 'ipv6');

/**
 * True for an address that belongs to somebody on the open internet. False for text that is no address, and
 * for every IPv6 form that carries an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64): it may lead
 * anywhere.
 */
export const isPublicAddress = (address: string): boolean => {
	const family = isIP(address);
	if (family === 4) return !blockedV4.check(address, 'ipv4');
	if (family !== 6 || address.includes('%')) return false;
	return globalV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6');
};
