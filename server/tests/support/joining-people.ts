/** People who join a test's house by a link, and a mailbox that keeps what was sent to them. */
import { sql } from 'kysely';
import { type Accounts, accountTables, type MailTransport, type SignedIn } from '../../src/accounts/index.ts';
import { actorOf, beginRegistration, firefox, type House, type Named } from './house.ts';

export interface Mailbox {
	readonly transport: MailTransport;
	readonly mails: { readonly to: string; readonly subject: string; readonly text: string }[];
	/** The secret of the newest link to this address. */
	secretFor(address: string): string;
}

/** Takes every mail and remembers it. */
export const openMailbox = (): Mailbox => {
	const mails: Mailbox['mails'] = [];
	return {
		mails,
		transport: {
			domain: 'holdfast.test',
			send: (mail) => {
				mails.push(mail);
				return Promise.resolve({ state: 'sent' });
			},
			close: () => undefined,
		},
		secretFor: (address) => {
			// Notices come in between, and not always in the order in which they were queued.
			const own = mails.filter(({ to }) => to === address);
			const secret = own.flatMap(({ text }) => /#([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? []).at(-1);
			if (!secret) throw new Error(`no link was mailed to ${address}`);
			return secret;
		},
	};
};

export const publicUrl = 'https://films.example.org';

export const terms = { role: 'member', note: null, lifetimeHours: 24, email: null, language: null } as const;

/** The client's two messages of joining; the second is handed back, so that many can send it at once. */
export const prepareToJoin = async (
	accounts: Pick<Accounts, 'startJoining' | 'finishJoining'>,
	secret: string,
	{ username, password }: Named,
): Promise<() => Promise<SignedIn>> => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const started = await accounts.startJoining({ secret, username, registrationRequest }, firefox);
	const registrationRecord = registration.finish(started.registrationResponse);
	const { flow } = started;
	const input = { flow, secret, username, displayName: username, registrationRecord, language: null };
	return () => accounts.finishJoining(input, firefox);
};

export const join = async ({ accounts }: Pick<House, 'accounts'>, secret: string, named: Named) =>
	(await prepareToJoin(accounts, secret, named))();

/** Proves an address of somebody as they would: claims it, reads the mail, opens the link. */
export const proveAddress = async (
	{ accounts }: Pick<House, 'accounts'>,
	mailbox: Mailbox,
	signedIn: SignedIn,
	address: string,
): Promise<void> => {
	await accounts.claimEmail(actorOf(signedIn), address, firefox);
	await accounts.sendDueMail();
	await accounts.verifyEmail(mailbox.secretFor(address));
};

/** Everything that the accounts room stores, by table: values as text, bytes as latin-1. */
export const everyRow = async ({ db }: Pick<House, 'db'>): Promise<Map<string, string>> => {
	const found = new Map<string, string>();
	for (const { name } of accountTables) {
		const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db.query);
		const plain = rows.map((row) =>
			Object.values(row).map((value) =>
				value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
			),
		);
		found.set(name, JSON.stringify(plain));
	}
	return found;
};
