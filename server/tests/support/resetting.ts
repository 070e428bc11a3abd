/** Resets over HTTP, as far as one wants. */
import * as recovery from '@holdfast/contract/recovery';
import { beginRegistration } from './house.ts';
import type { Browser } from './whole-server.ts';

/** A reset as far as its last message, which can be sent as often as one likes. */
export const beginResetOver = async (browser: Browser, proof: recovery.ResetProof, password: string) => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const { flow, registrationResponse } = await browser.call(recovery.startReset, {
		body: { proof, registrationRequest },
	});
	const registrationRecord = registration.finish(registrationResponse);
	return (factorCode: string | null = null) =>
		browser.call(recovery.finishReset, {
			body: { flow, registrationRecord, signOutDevices: true, factorCode },
		});
};
