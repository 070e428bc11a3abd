/** Sessions of every kind as part of the list of what can act for a person. */
import { fromJson, type Json } from '#platform/db/types.ts';
import type { Place } from '../context-policy/policy.ts';
import { type DeviceShown, presentSession } from '../session-making.ts';
import { deleteOwnSession, findOwnSession, listOwnSessions } from '../session-store.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { ActingSource } from './acting.ts';
import { devicesOf, dropKey } from './device-store.ts';
import type { DeviceRow } from './device-tables.ts';

const shownOf = (seal: AccountSeal, device: DeviceRow | undefined): DeviceShown | undefined =>
	device && {
		isKeyBound: device.keyThumbprint !== null,
		place: device.place && fromJson<Place>(seal.open('device', 'place', device.place) as Json<Place>).name,
	};

export const sessionSource: ActingSource = {
	list: async (db, { accountId, sessionId, seal }, now) => {
		const rows = await listOwnSessions(db, accountId, now);
		const devices = new Map((await devicesOf(db, accountId)).map((device) => [device.deviceId, device]));
		return rows.map((row) =>
			presentSession(seal, row, sessionId, shownOf(seal, devices.get(row.deviceId ?? ''))),
		);
	},
	end: async ({ tx, now, append }, { accountId, sessionId }) => {
		const own = { accountId, sessionId };
		const session = await findOwnSession(tx, own, now);
		if (!(await deleteOwnSession(tx, own))) return false;
		// Its device must not come back by itself.
		if (session?.deviceId) await dropKey(tx, session.deviceId);
		await append({ kind: 'session-ended', cause: 'sign-out', ...own });
		return true;
	},
};
