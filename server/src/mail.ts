/** The transport for mail that the configuration names. */
import { readFileSync } from 'node:fs';
import { createSmtpTransport, type MailTransport } from './accounts/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import { StartFault } from './platform/fault.ts';

const readKey = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch (cause) {
		throw new StartFault(`The key that mail is signed with cannot be read: ${file}`, { cause });
	}
};

/**
 * Null where no mail server is configured. Opens no connection.
 *
 * @throws StartFault  when the key that mail is signed with cannot be read.
 */
export const openMail = (
	{ mail }: Pick<Config, 'mail'>,
	clock: Clock,
	stack: AsyncDisposableStack,
): MailTransport | null => {
	if (mail === null) return null;
	const dkimKey = mail.dkim === null ? null : readKey(mail.dkim.keyFile);
	const transport = createSmtpTransport({ config: mail, dkimKey, clock });
	stack.defer(() => transport.close());
	return transport;
};
