/** A mail server for tests, on a free port: takes mail, keeps it, and can be told to refuse or to be slow. */
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it came in. */
export interface TakenMail {
	readonly from: string;
	readonly to: readonly string[];
	readonly raw: string;
	readonly headers: ReadonlyMap<string, string>;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
}

export interface SmtpSink extends AsyncDisposable {
	readonly port: number;
	readonly mails: TakenMail[];
	/** What the program is told, as environment. */
	readonly env: Readonly<Record<string, string>>;
	/** The next mail to this address that is not taken yet; waits for it. */
	next(to: string): Promise<TakenMail>;
}

export interface SinkOptions {
	/** An answer other than 250 to RCPT TO or to the message itself; null takes it. */
	readonly refuse?: (what: { readonly to: string; readonly stage: 'address' | 'message' }) => string | null;
	/** Awaited after the message came and before it is taken. */
	readonly beforeTaking?: () => Promise<void>;
	readonly smtp?: SMTPServerOptions;
}

const decodeQuoted = (text: string): string =>
	Buffer.from(
		text
			.replaceAll(/=\r?\n/gu, '')
			.replaceAll(/=([0-9A-F]{2})/gu, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
		'latin1',
	).toString('utf8');

const decodeWords = (text: string): string =>
	text
		.replaceAll(/\?=\s+=\?/gu, '?==?')
		.replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/giu, (_all, how: string, word: string) =>
			how.toUpperCase() === 'B'
				? Buffer.from(word, 'base64').toString('utf8')
				: decodeQuoted(word.replaceAll('_', ' ')),
		);

const splitHeaders = (raw: string): { headers: Map<string, string>; body: string } => {
	const at = raw.indexOf('\r\n\r\n');
	const unfolded = raw.slice(0, at).replaceAll(/\r\n[ \t]+/gu, ' ');
	const headers = new Map<string, string>();
	for (const line of unfolded.split('\r\n')) {
		const colon = line.indexOf(':');
		headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
	}
	return { headers, body: raw.slice(at + 4) };
};

const decodeBody = (headers: ReadonlyMap<string, string>, body: string): string => {
	switch (headers.get('content-transfer-encoding')) {
		case 'base64':
			return Buffer.from(body, 'base64').toString('utf8');
		case 'quoted-printable':
			return decodeQuoted(body);
		default:
			return Buffer.from(body, 'latin1').toString('utf8');
	}
};

const parse = (raw: string, from: string, to: readonly string[]): TakenMail => {
	const { headers, body } = splitHeaders(raw);
	const boundary = /boundary="([^"]+)"/u.exec(headers.get('content-type') ?? '')?.[1];
	const parts =
		boundary === undefined
			? []
			: body
					.split(`--${boundary}`)
					.slice(1, -1)
					.map((part) => splitHeaders(part.replace(/^\r\n/u, '')));
	const partOf = (type: string): string => {
		const part = parts.find((each) => each.headers.get('content-type')?.startsWith(type));
		return part ? decodeBody(part.headers, part.body) : '';
	};
	const subject = decodeWords(headers.get('subject') ?? '');
	return { from, to, raw, headers, subject, text: partOf('text/plain'), html: partOf('text/html') };
};

const pauseMs = 20;

export const openSmtpSink = async (options: SinkOptions = {}): Promise<SmtpSink> => {
	const mails: TakenMail[] = [];
	const given = new Set<TakenMail>();
	const refuse = options.refuse ?? (() => null);
	const refusal = (text: string): Error =>
		Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		logger: false,
		onRcptTo: ({ address }, _session, done) => {
			const answer = refuse({ to: address, stage: 'address' });
			done(answer === null ? null : refusal(answer));
		},
		onData: (stream, session, done) => {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', async () => {
				await options.beforeTaking?.();
				const to = session.envelope.rcptTo.map(({ address }) => address);
				const answer = refuse({ to: to[0] ?? '', stage: 'message' });
				if (answer !== null) return done(refusal(answer));
				const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
				mails.push(parse(Buffer.concat(chunks).toString('latin1'), from, to));
				return done();
			});
		},
		...options.smtp,
	});
	server.on('error', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.server.address() as { port: number };
	return {
		port,
		mails,
		env: {
			HOLDFAST_MAIL_HOST: '127.0.0.1',
			HOLDFAST_MAIL_PORT: String(port),
			HOLDFAST_MAIL_SECURITY: 'none',
			HOLDFAST_MAIL_FROM: 'holdfast@home.example',
		},
		next: async (to) => {
			for (;;) {
				const found = mails.find((mail) => !given.has(mail) && mail.to.includes(to));
				if (found) {
					given.add(found);
					return found;
				}
				await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		},
		[Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
	};
};

/** The secret in the one link of a mail. */
export const secretOf = (mail: TakenMail): string => {
	const links = mail.text.match(/https?:\/\/\S+/gu) ?? [];
	if (links.length !== 1) throw new Error(`the mail has ${links.length} links`);
	return new URL(links[0]!).hash.slice(1);
};
