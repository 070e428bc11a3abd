/** Sends by SMTP. Whatever the mail server says becomes a word of a closed list: it may name people. */
import type { createTransport as CreateTransport } from 'nodemailer';
import type { Clock } from '#platform/clock.ts';
import type { MailConfig } from '#platform/config/config.ts';
import type { MailProblem } from './problems.ts';
import type { Delivery, MailTransport, OutgoingMail } from './transport.ts';

/** All of one try, however slowly the other side talks. Well under the outbox's lease. */
const sendWithinMs = 90_000;
const connectWithinMs = 15_000;
const silentMaxMs = 30_000;
const connectionsMax = 2;
const mailsPerConnectionMax = 100;

export interface SmtpNeeds {
	readonly config: MailConfig;
	/** PEM, read at the start; null where we do not sign. */
	readonly dkimKey: string | null;
	readonly clock: Pick<Clock, 'sleep'>;
}

interface SmtpError {
	readonly code?: string;
	readonly responseCode?: number;
	readonly command?: string;
	readonly message?: string;
}

const isPermanent = (error: SmtpError): boolean => (error.responseCode ?? 0) >= 500;

const envelopeProblem = (error: SmtpError): MailProblem =>
	error.command?.startsWith('MAIL') ? 'sender-refused' : 'address-refused';

/** What went wrong, and whether another try can end differently. */
export const deliveryOf = (error: SmtpError): Delivery => {
	const failed = (problem: MailProblem, isFinal: boolean): Delivery => ({
		state: 'failed',
		problem,
		isFinal,
	});
	switch (error.code) {
		case 'EAUTH':
		case 'ENOAUTH':
		case 'EOAUTH2':
			return failed('sign-in-refused', false);
		case 'ETLS':
		case 'EREQUIRETLS':
			return failed('tls', false);
		case 'EENVELOPE': {
			const problem = envelopeProblem(error);
			// Without an answer it was refused here, as an address that the server cannot take (RFC 6531).
			const isFinal =
				problem === 'address-refused' && (isPermanent(error) || error.responseCode === undefined);
			return failed(problem, isFinal);
		}
		case 'EMESSAGE':
			return failed('message-refused', isPermanent(error));
		case 'ETIMEDOUT':
			return failed('timeout', false);
		case 'ESOCKET':
			return failed(
				/certificate|self.signed|ssl|tls/iu.test(error.message ?? '') ? 'tls' : 'server-away',
				false,
			);
		default:
			return failed('server-away', false);
	}
};

const poolOf = (createTransport: typeof CreateTransport, { config, dkimKey }: SmtpNeeds) =>
	createTransport({
		pool: true,
		maxConnections: connectionsMax,
		maxMessages: mailsPerConnectionMax,
		host: config.host,
		port: config.port,
		secure: config.security === 'tls',
		requireTLS: config.security === 'starttls',
		ignoreTLS: config.security === 'none',
		tls: { minVersion: 'TLSv1.2' },
		...(config.signIn ? { auth: { user: config.signIn.user, pass: config.signIn.password } } : {}),
		connectionTimeout: connectWithinMs,
		greetingTimeout: connectWithinMs,
		dnsTimeout: connectWithinMs,
		socketTimeout: silentMaxMs,
		disableFileAccess: true,
		disableUrlAccess: true,
		...(config.dkim && dkimKey !== null
			? {
					dkim: {
						domainName: config.dkim.domain,
						keySelector: config.dkim.selector,
						privateKey: dkimKey,
					},
				}
			: {}),
	});

const messageOf = (from: string, mail: OutgoingMail) => ({
	from: { name: 'Holdfast', address: from },
	to: { name: '', address: mail.to },
	envelope: { from, to: [mail.to] },
	messageId: mail.messageId,
	date: new Date(mail.date),
	subject: mail.subject,
	text: mail.text,
	html: mail.html,
	headers: {
		'Auto-Submitted': 'auto-generated',
		'X-Auto-Response-Suppress': 'All',
		'Content-Language': mail.language,
	},
});

/** Nothing is opened before the first mail. */
export const createSmtpTransport = (needs: SmtpNeeds): MailTransport => {
	const { from } = needs.config;
	let pool: ReturnType<typeof poolOf> | null = null;
	/** The library is loaded with the first mail. */
	const open = async () => {
		const { createTransport } = await import('nodemailer');
		pool ??= poolOf(createTransport, needs);
		return pool;
	};
	const send = async (mail: OutgoingMail): Promise<Delivery> => {
		try {
			await (await open()).sendMail(messageOf(from, mail));
			return { state: 'sent' };
		} catch (error) {
			return deliveryOf(error as SmtpError);
		}
	};
	/** A server that talks without end holds a connection; they all go. */
	const giveUp = (): Delivery => {
		pool?.close();
		pool = null;
		return { state: 'failed', problem: 'timeout', isFinal: false };
	};
	return {
		domain: from.slice(from.lastIndexOf('@') + 1),
		send: async (mail) => {
			const over = new AbortController();
			const late = needs.clock.sleep(sendWithinMs, over.signal).then(giveUp, giveUpQuietly);
			try {
				return await Promise.race([send(mail), late]);
			} finally {
				over.abort();
			}
		},
		close: () => pool?.close(),
	};
};

/** The mail was through before its time was over. */
const giveUpQuietly = (): Delivery => ({ state: 'failed', problem: 'timeout', isFinal: false });
