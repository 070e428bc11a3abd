/** A house whose mail goes to a mail server of the test, and people who have proven an address. */
import { createSmtpTransport, type SignedIn } from '../../src/accounts/index.ts';
import type { Keeper } from '../../src/keeper/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { MailConfig } from '../../src/platform/config/config.ts';
import type { OpenEmpty } from './databases.ts';
import { actorOf, beginRegistration, firefox, type House, openHouse } from './house.ts';
import { openSmtpSink, secretOf, type SinkOptions, type SmtpSink } from './smtp-sink.ts';

export interface PostedHouse extends House {
	readonly sink: SmtpSink;
	/** Where links lead; null takes the public address away. */
	publicUrl: string | null;
}

export interface PostedOptions extends SinkOptions {
	readonly mail?: Partial<MailConfig>;
	readonly dkimKey?: string;
	readonly house?: Parameters<typeof openHouse>[2];
}

export const openPostedHouse = async (
	open: OpenEmpty,
	keeper: Keeper,
	options: PostedOptions = {},
): Promise<PostedHouse> => {
	const sink = await openSmtpSink(options);
	const config: MailConfig = {
		host: '127.0.0.1',
		port: sink.port,
		security: 'none',
		signIn: null,
		from: 'holdfast@home.example',
		dkim: null,
		...options.mail,
	};
	const mail = createSmtpTransport({ config, dkimKey: options.dkimKey ?? null, clock: systemClock });
	const publicUrl = (): string | null => posted.publicUrl;
	const opening = openHouse(open, keeper, { ...options.house, mail, publicUrl });
	const house = await opening.catch(async (error: unknown) => {
		await sink[Symbol.asyncDispose]();
		throw error;
	});
	const posted: PostedHouse = {
		...house,
		sink,
		publicUrl: 'https://films.example',
		[Symbol.asyncDispose]: async () => {
			mail.close();
			await house[Symbol.asyncDispose]();
			await sink[Symbol.asyncDispose]();
		},
	};
	return posted;
};

/** Claims an address and opens the link that comes. */
export const proveEmail = async (house: PostedHouse, signedIn: SignedIn, email: string): Promise<void> => {
	await house.accounts.claimEmail(actorOf(signedIn), email, firefox);
	await house.accounts.sendDueMail();
	const mail = house.sink.mails.findLast(({ text }) => text.includes('/verify-email#'));
	if (!mail) throw new Error('no mail to prove an address came');
	await house.accounts.verifyEmail(secretOf(mail));
	await house.accounts.sendDueMail();
	house.sink.mails.length = 0;
};

/** Asks for a reset and takes the secret out of the mail. */
export const askForReset = async (house: PostedHouse, email: string): Promise<string> => {
	await house.accounts.requestReset({ email }, firefox);
	await house.accounts.sendDueMail();
	const mail = house.sink.mails.findLast(({ text }) => text.includes('/reset#'));
	if (!mail) throw new Error('no mail with a link came');
	return secretOf(mail);
};

type Proof = Parameters<House['accounts']['startReset']>[0]['proof'];

/** A reset as far as its last message. */
export const beginReset = async ({ accounts }: Pick<House, 'accounts'>, proof: Proof, password: string) => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const { flow, registrationResponse } = await accounts.startReset({ proof, registrationRequest }, firefox);
	const registrationRecord = registration.finish(registrationResponse);
	return {
		flow,
		registrationResponse,
		finish: (how: { readonly signOutDevices?: boolean; readonly factorCode?: string } = {}) =>
			accounts.finishReset(
				{
					flow,
					registrationRecord,
					signOutDevices: how.signOutDevices ?? true,
					factorCode: how.factorCode ?? null,
				},
				firefox,
			),
	};
};
