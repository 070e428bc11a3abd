/** Where the mails of a measured server go: a sink on loopback that hands out the secrets of their links. */
import { SMTPServer } from 'smtp-server';

export interface Mailbox extends AsyncDisposable {
	readonly port: number;
	/** The secret in the next mail to this address, one that came already included. */
	secretFor(address: string): Promise<string>;
}

const mailBytesMax = 1024 * 1024;

/** Quoted-printable breaks long lines, and a link may be one of them. */
const secretIn = (mail: string): string | null => {
	const text = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=');
	return /\/[a-z-]+#([A-Za-z0-9_-]{16,})/.exec(text)?.[1] ?? null;
};

const read = async (stream: AsyncIterable<Buffer>): Promise<string> => {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stream) {
		bytes += chunk.length;
		if (bytes <= mailBytesMax) chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
};

export const openMailbox = async (): Promise<Mailbox> => {
	const arrived = new Map<string, string[]>();
	const waiting = new Map<string, ((secret: string) => void)[]>();
	const deliver = (address: string, secret: string): void => {
		const next = waiting.get(address)?.shift();
		if (next) return next(secret);
		arrived.set(address, [...(arrived.get(address) ?? []), secret]);
	};
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		disableReverseLookup: true,
		onData: (stream, session, done) => {
			void read(stream).then((mail) => {
				const secret = secretIn(mail);
				for (const { address } of session.envelope.rcptTo) if (secret !== null) deliver(address, secret);
				done();
			}, done);
		},
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const address = server.server.address();
	return {
		port: typeof address === 'object' && address ? address.port : 0,
		secretFor: (to) => {
			const secret = arrived.get(to)?.shift();
			if (secret !== undefined) return Promise.resolve(secret);
			return new Promise((resolve) => waiting.set(to, [...(waiting.get(to) ?? []), resolve]));
		},
		[Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
	};
};
