/**
 * What travels between a media server and its account service in the fragment of an address: taken out of
 * the address before a page shows. A request outlives a sign-in in the same tab; it names nobody and opens
 * nothing.
 */
import { readSession, writeSession } from '../../app/storage.ts';

const requestKey = 'entry-request';
const flowKey = 'enter-flow';

/** At the account service: the signed request of the server that sent this browser. */
export const holdEntryRequest = (fragment: string): void => {
	const request = new URLSearchParams(fragment.replace(/^#/, '')).get('request');
	if (request !== null) writeSession(requestKey, request);
};
export const readEntryRequest = (): string | null => readSession(requestKey);
export const forgetEntryRequest = (): void => writeSession(requestKey, null);

/** What the account service sent back with the browser. */
export interface EntryAnswer {
	readonly code: string;
	readonly state: string;
	readonly iss: string;
}

let answer: EntryAnswer | null = null;

/** At the media server: kept in memory until the page has used it. */
export const holdEntryAnswer = (fragment: string): void => {
	const parts = new URLSearchParams(fragment.replace(/^#/, ''));
	const [code, state, iss] = [parts.get('code'), parts.get('state'), parts.get('iss')];
	if (code && state && iss) answer = { code, state, iss };
};

export const takeEntryAnswer = (): EntryAnswer | null => {
	const held = answer;
	answer = null;
	return held;
};

/** Binds the answer to the tab that asked: an answer that somebody else's browser got is of no use here. */
export const keepFlow = (flow: string): void => writeSession(flowKey, flow);
export const takeFlow = (): string | null => {
	const flow = readSession(flowKey);
	writeSession(flowKey, null);
	return flow;
};
