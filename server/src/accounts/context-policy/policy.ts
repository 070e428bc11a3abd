/**
 * What a sign-in looks like from outside, and what follows from it. Pure, and meant to be read: whoever asks
 * why they were asked for more finds the reason here, in the list of their account, and in the mail.
 */

/** How careful sign-in is: raised by whoever found out that passwords have leaked. */
export type BreachState = 'none' | 'heightened';

export type Reason =
	| 'new-device'
	| 'new-place'
	| 'new-network'
	| 'impossible-pace'
	| 'failure-wave'
	| 'breach-state';

export interface Place {
	/** Such as `Graz, Austria`. */
	readonly name: string;
	readonly latitude: number;
	readonly longitude: number;
}

/** What is known once somebody has proven who they are. */
export interface ContextFacts {
	/** Nobody signed in to this account before: there is nothing to compare with. */
	readonly isFirst: boolean;
	readonly isKnownDevice: boolean;
	readonly isKnownNetwork: boolean;
	/** Null where no database of places is configured, or it does not know the address. */
	readonly place: Place | null;
	readonly isKnownPlace: boolean;
	/** Where and when the person was seen last. */
	readonly last: { readonly place: Place; readonly at: number } | null;
	readonly now: number;
	/** Failed attempts in a row before this one. */
	readonly failures: number;
	readonly breachState: BreachState;
	/** 2 where two factors or a passkey were shown: then nothing more can be asked. */
	readonly level: number;
	/** There is an address to which a code can be sent. */
	readonly canMailCode: boolean;
}

export interface Decision {
	/** `ask`: a second proof. `notify`: let in, and tell the person elsewhere. */
	readonly action: 'allow' | 'notify' | 'ask';
	readonly reasons: readonly Reason[];
}

/** Faster than an airliner from door to door. */
const paceMaxKmPerHour = 900;
/** Databases of places are rough: nearer than this is the same. */
const nearKm = 150;
/** More than a person mistypes. */
const waveMin = 10;

/** What follows from a right proof. */
export const decide = (facts: ContextFacts): Decision => {
	const isNewDevice = !facts.isFirst && !facts.isKnownDevice;
	const isNewPlace = !facts.isFirst && facts.place !== null && !facts.isKnownPlace;
	const isImpossible = isImpossiblePace(facts);
	const isWave = facts.failures >= waveMin;
	const isUnusual = isNewDevice || isNewPlace;
	const isBreach = facts.breachState === 'heightened' && isUnusual;
	const reasons: Reason[] = [];
	if (isNewDevice) reasons.push('new-device');
	if (isNewPlace) reasons.push('new-place');
	else if (isNewDevice && !facts.isKnownNetwork) reasons.push('new-network');
	if (isImpossible) reasons.push('impossible-pace');
	if (isWave) reasons.push('failure-wave');
	if (isBreach) reasons.push('breach-state');
	const isAsked = isImpossible || isBreach || (isWave && isUnusual);
	if (isAsked && facts.level < 2 && facts.canMailCode) return { action: 'ask', reasons };
	return { action: isAsked || isUnusual || isWave ? 'notify' : 'allow', reasons };
};

const isImpossiblePace = ({ place, last, now }: ContextFacts): boolean => {
	if (!place || !last) return false;
	const km = kmBetween(place, last.place);
	const hours = Math.max(0, now - last.at) / 3_600_000;
	return km > nearKm && km > hours * paceMaxKmPerHour;
};

/** Along the surface (haversine). */
export const kmBetween = (a: Place, b: Place): number => {
	const radians = (degrees: number): number => (degrees * Math.PI) / 180;
	const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2;
	const turn =
		half(a.latitude, b.latitude) +
		Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
	return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(turn)));
};

/** What is known before: never whether the name exists. */
export interface FactsBefore {
	readonly isKnownDevice: boolean;
	/** Of this name from all unknown devices, in a row. */
	readonly failures: number;
	/** Since the last of them. */
	readonly sinceLastMs: number;
	readonly breachState: BreachState;
}

/** A wave goes on at this pace while passwords are known to have leaked. */
const slowStepMs = 20_000;

/** How long somebody has to wait before they may try at all; 0 for nearly everybody. */
export const waitBefore = (facts: FactsBefore): number => {
	if (facts.breachState === 'none' || facts.isKnownDevice || facts.failures < waveMin) return 0;
	return Math.max(0, slowStepMs - facts.sinceLastMs);
};
