/** The settings of mail and of breached passwords, as the program uses them. */
import { resolve } from 'node:path';
import type { BreachedPasswordsConfig, ConfigProblem, MailConfig } from './config.ts';

type MailKey = `mail.${string}` | `accounts.${string}`;

interface Reading {
	readonly get: <V extends string | number | null>(key: never) => V;
	readonly problems: ConfigProblem[];
	readonly workingFolder: string;
}

/** One plain address: what stands here is in the header of every mail. */
const plainAddress = /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

const read = <V extends string | number | null>({ get }: Reading, key: MailKey): V => get<V>(key as never);

const dkimOf = (reading: Reading, from: string): MailConfig['dkim'] => {
	const keyFile = read<string | null>(reading, 'mail.dkimKeyFile');
	if (keyFile === null) return null;
	return {
		keyFile: resolve(reading.workingFolder, keyFile),
		domain: read<string | null>(reading, 'mail.dkimDomain') ?? from.slice(from.lastIndexOf('@') + 1),
		selector: read<string>(reading, 'mail.dkimSelector'),
	};
};

const signInOf = (
	reading: Reading,
	report: (key: MailKey, message: string) => void,
): MailConfig['signIn'] => {
	const user = read<string | null>(reading, 'mail.user');
	const password = read<string | null>(reading, 'mail.password');
	if (user !== null && password !== null) return { user, password };
	if (user !== null || password !== null)
		report('mail.user', 'needs both the name and the password, or neither');
	return null;
};

/** Null where no host is named. A password never goes over a network that everybody can read. */
export const mailOf = (reading: Reading): MailConfig | null => {
	const host = read<string | null>(reading, 'mail.host');
	if (host === null || host === '') return null;
	const report = (key: MailKey, message: string): void =>
		void reading.problems.push({ key, source: 'configuration', message });
	const from = read<string | null>(reading, 'mail.from') ?? '';
	if (!plainAddress.test(from)) report('mail.from', 'must be one address, such as holdfast@example.org');
	const security = read<string>(reading, 'mail.security') as MailConfig['security'];
	const signIn = signInOf(reading, report);
	if (signIn && security === 'none' && !loopback.test(host))
		report('mail.security', 'must be starttls or tls where a password is sent to another machine');
	return {
		host,
		port: read<number>(reading, 'mail.port'),
		security,
		signIn,
		from,
		dkim: dkimOf(reading, from),
	};
};

/** Both left out: the list that comes with the program. */
export const breachedPasswordsOf = (reading: Reading): BreachedPasswordsConfig => {
	const url = read<string | null>(reading, 'accounts.breachedPasswordsUrl');
	const file = read<string | null>(reading, 'accounts.breachedPasswordsFile');
	if (url !== null && URL.parse(url)?.protocol !== 'https:' && URL.parse(url)?.protocol !== 'http:') {
		const message = 'must be an address such as https://api.pwnedpasswords.com/range';
		reading.problems.push({ key: 'accounts.breachedPasswordsUrl', source: 'configuration', message });
	}
	return {
		url: url === null || url === '' ? null : url.replace(/\/+$/, ''),
		file: file === null ? null : resolve(reading.workingFolder, file),
	};
};
