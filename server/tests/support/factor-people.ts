/** People with second factors over HTTP: apps, software passkeys, sign-in and step-up as far as one wants. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { makePasskey, showPasskey, type Forgery, type SoftPasskey } from './authenticator.ts';
import { beginLogin, emptyProof } from './house.ts';
import type { Browser } from './whole-server.ts';

export interface ShiftedClock extends Clock {
	shift(durationMs: number): void;
	/** To the middle of a step that nobody has seen a code of. */
	nextStep(): void;
}

const stepMs = 30_000;

/** The real time, turned on by as much as a test likes. */
export const shiftedClock = (): ShiftedClock => {
	let shiftedMs = 0;
	const now = (): number => systemClock.now() + shiftedMs;
	return {
		...systemClock,
		now,
		shift: (durationMs) => {
			shiftedMs += durationMs;
		},
		nextStep: () => {
			shiftedMs += 2.5 * stepMs - (now() % stepMs);
		},
	};
};

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const bytesOf = (secret: string): Buffer => {
	const bits = [...secret].map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('');
	return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** RFC 6238 by hand, so that the server's library is not checked against itself. */
export const codeOf = (secret: string, nowMs: number): string => {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / stepMs)));
	const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
	const offset = mac.at(-1)! & 15;
	return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

/** A code that is right for none of the steps around. */
export const wrongCode = (secret: string, nowMs: number): string => {
	const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, nowMs + steps * stepMs));
	return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code))!;
};

export interface App {
	readonly factorId: string;
	readonly secret: string;
}

export const addApp = async (browser: Browser, clock: Clock, label = 'Phone'): Promise<App> => {
	const { flow, secret } = await browser.call(factors.startTotp);
	const code = codeOf(secret, clock.now());
	const { factorId } = await browser.call(factors.finishTotp, { body: { flow, code, label } });
	return { factorId, secret };
};

export const addPasskey = async (
	browser: Browser,
	origin: string,
	forged: Forgery = {},
): Promise<{ passkey: SoftPasskey; factorId: string }> => {
	const { flow, options } = await browser.call(factors.startPasskey);
	const { passkey, response } = makePasskey(options, origin, forged);
	const body = { flow, label: 'Laptop', response };
	const { factorId } = await browser.call(factors.finishPasskey, { body });
	return { passkey, factorId };
};

interface Named {
	readonly username: string;
	readonly password: string;
}

/** Sign-in as far as the password goes. */
export const showPassword = async (browser: Browser, who: Named): Promise<accounts.Authentication> => {
	const login = beginLogin(who.password);
	const { flow, loginResponse } = await browser.call(accounts.startSignIn, {
		body: { username: who.username, startLoginRequest: login.startLoginRequest },
	});
	const finishLoginRequest = login.finish(loginResponse) ?? emptyProof;
	return browser.call(accounts.finishSignIn, { body: { flow, finishLoginRequest } });
};

/** The flow that asks for a second factor. */
export const flowAfterPassword = async (browser: Browser, who: Named): Promise<string> => {
	const answer = await showPassword(browser, who);
	assert.ok(answer.state === 'factor-needed', 'no second factor was asked for');
	return answer.flow;
};

/** Step-up as far as the password goes. */
export const stepUpWithPassword = async (
	browser: Browser,
	{ password }: Pick<Named, 'password'>,
): Promise<accounts.Authentication> => {
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const { flow, loginResponse } = await browser.call(accounts.startStepUp, { body: { startLoginRequest } });
	const finishLoginRequest = login.finish(loginResponse) ?? emptyProof;
	return browser.call(accounts.finishStepUp, { body: { flow, finishLoginRequest } });
};

export const signedInOf = (answer: accounts.Authentication): accounts.Signed => {
	assert.ok(answer.state === 'signed-in', `not signed in but ${answer.state}`);
	return answer.signed;
};

/** Signs in with password and app, by a code that nobody has used. */
export const signInWithApp = async (
	browser: Browser,
	who: Named,
	{ app, clock }: { readonly app: App; readonly clock: ShiftedClock },
): Promise<accounts.Signed> => {
	const flow = await flowAfterPassword(browser, who);
	clock.nextStep();
	const code = codeOf(app.secret, clock.now());
	return signedInOf(await browser.call(factors.useTotp, { body: { flow, code } }));
};

/** Signs in with a passkey and nothing else, or beside what the flow has seen. */
export const signInWithPasskey = async (
	browser: Browser,
	passkey: SoftPasskey,
	{ origin, flow = null, ...forged }: Forgery & { readonly origin: string; readonly flow?: string | null },
): Promise<accounts.Authentication> => {
	const begun = await browser.call(factors.startPasskeySignIn, { body: { flow } });
	const response = showPasskey(passkey, begun.options, origin, forged);
	return browser.call(factors.finishPasskeySignIn, { body: { flow: begun.flow, response } });
};
