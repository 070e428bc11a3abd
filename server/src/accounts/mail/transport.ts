/** What carries a mail away. Knows nothing of people, templates or rows. */

import type { MailProblem } from './problems.ts';

/** A mail as it goes out. */
export interface OutgoingMail {
	/** The same at every try, so that a mailbox that gets it twice shows it once. */
	readonly messageId: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly language: 'en' | 'de';
	readonly date: number;
}

/** `isFinal`: another try would end the same way. */
export type Delivery =
	| { readonly state: 'sent' }
	| { readonly state: 'failed'; readonly problem: MailProblem; readonly isFinal: boolean };

/** Carries mails away, one at a time or a few at once. */
export interface MailTransport {
	/** The domain of the sender, which message ids are made under. */
	readonly domain: string;
	/** Never throws, and is over within `sendWithinMs`. */
	send(mail: OutgoingMail): Promise<Delivery>;
	close(): void;
}
