/** Where an address is, by a local database of places (MMDB). Nobody outside is asked. */
import { Reader, type Response } from 'mmdb-lib';
import { isIP } from 'node:net';
import type { Place } from './policy.ts';

/** Knows where addresses are. */
export interface Places {
	/** Null where the database does not know, or has no position for it. */
	find(address: string | null): Place | null;
}

export const noPlaces: Places = { find: () => null };

interface Named {
	readonly names?: { readonly en?: unknown };
}

interface Found {
	readonly city?: Named;
	readonly country?: Named;
	readonly location?: { readonly latitude?: unknown; readonly longitude?: unknown };
}

const characterMax = 80;

const placeOf = (found: Found | null): Place | null => {
	const { latitude, longitude } = found?.location ?? {};
	if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
	const names = [found?.city?.names?.en, found?.country?.names?.en];
	const name = names.filter((each) => typeof each === 'string').join(', ');
	return { name: name.slice(0, characterMax) || 'an unnamed place', latitude, longitude };
};

/**
 * Over the bytes of a database in the form of GeoLite2-City or DB-IP.
 *
 * @throws where they are none
 */
export const openPlaces = (bytes: Buffer): Places => {
	const reader = new Reader<Response>(bytes);
	return {
		find: (address) => {
			const plain = address?.replace(/^::ffff:(?=\d+\.)/iu, '').split('%')[0];
			if (plain === undefined || isIP(plain) === 0) return null;
			return placeOf(reader.get(plain) as Found | null);
		},
	};
};
