/**
 * Generations of OPAQUE set-ups: who is under which, and on what schedule the people who do not exist move
 * along.
 */
import { randomBytes } from 'node:crypto';
import { client, server } from '@serenity-kit/opaque';
import { deriveKey, macOf, type KeeperKeys, type SetUp } from './keys.ts';
import { Refusal } from './refusal.ts';

/**
 * How long a real person takes on average to come back and be re-registered; decoys are given the same
 * habit.
 */
const meanReturnMs = 14 * 24 * 3_600_000;

/**
 * Key stretching happens in the client and leaves no trace in the record, so the decoy's may be the
 * lightest.
 */
const decoyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } as const;

const makeDecoyRecord = (secret: string): string => {
	const password = randomBytes(32).toString('base64url');
	const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
	const { registrationResponse } = server.createRegistrationResponse({
		serverSetup: secret,
		userIdentifier: randomBytes(32).toString('base64url'),
		registrationRequest,
	});
	return client.finishRegistration({
		password,
		registrationResponse,
		clientRegistrationState,
		keyStretching: decoyStretching,
	}).registrationRecord;
};

/** A new generation. The library must be ready. */
export const makeSetUp = (nowMs: number): SetUp => {
	const secret = server.createSetup();
	return {
		id: randomBytes(9).toString('base64url'),
		secret,
		decoyRecord: makeDecoyRecord(secret),
		madeAt: nowMs,
	};
};

/** The keys with a new generation that everybody moves to at their next sign-in. */
export const withNewSetUp = (keys: KeeperKeys, nowMs: number): KeeperKeys => ({
	...keys,
	setUps: [...keys.setUps, makeSetUp(nowMs)],
});

/** The generation under which people register now. */
export const presentSetUp = (keys: KeeperKeys): SetUp => {
	const last = keys.setUps.at(-1);
	if (!last) throw new Refusal('server.broken');
	return last;
};

export const setUpById = (keys: KeeperKeys, setupId: string): SetUp | null =>
	keys.setUps.find((setUp) => setUp.id === setupId) ?? null;

/** A number in [0, 1) that only the keeper can know, the same for the same name and generation. */
const keyedFraction = (key: Uint8Array, unknownKey: string, setupId: string): number =>
	macOf(key, 'schedule', unknownKey, setupId).readUIntBE(0, 6) / 2 ** 48;

/**
 * The generation that a name nobody has seems to be under at `nowMs`. It moves to a later generation some
 * time after that was made, at a moment of its own, as a person would who comes back after a while; and it
 * never moves back.
 */
export const decoySetUp = (keys: KeeperKeys, unknownKey: string, nowMs: number): SetUp => {
	const key = deriveKey(keys, 'decoys', 'schedule');
	const moved = keys.setUps.filter((setUp, index) => {
		const fraction = keyedFraction(key, unknownKey, setUp.id);
		return index === 0 || nowMs >= setUp.madeAt - Math.log(1 - fraction) * meanReturnMs;
	});
	return moved.at(-1) ?? presentSetUp(keys);
};

/** The credential id behind a name that nobody has: always the same for the same name. */
export const decoyCredentialId = (keys: KeeperKeys, unknownKey: string): string =>
	macOf(deriveKey(keys, 'decoys', 'credential'), unknownKey).toString('base64url');
