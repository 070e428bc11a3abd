/** Why a mail was not sent, in words of a closed list: what a mail server says may name people. */

export type MailProblem =
	| 'not-configured'
	| 'no-public-address'
	| 'server-away'
	| 'timeout'
	| 'tls'
	| 'sign-in-refused'
	| 'sender-refused'
	| 'address-refused'
	| 'message-refused'
	| 'keeper-refused'
	| 'too-late'
	| 'broken';

/** For administrators: what each means, and what to look at. */
export const problemTexts: Readonly<Record<MailProblem, string>> = {
	'not-configured': 'No mail server is configured.',
	'no-public-address': 'The mail carries a link, and no public address is set to make it of.',
	'server-away': 'The mail server cannot be reached.',
	timeout: 'The mail server took too long to answer.',
	tls: 'No secure connection to the mail server could be made.',
	'sign-in-refused': 'The mail server refused the user name or password.',
	'sender-refused': 'The mail server does not let us send from the configured address.',
	'address-refused': 'The mail server refused the address.',
	'message-refused': 'The mail server refused the message.',
	'keeper-refused': 'The key keeper did not open the address.',
	'too-late': 'It could not be sent in time.',
	broken: 'Something went wrong while it was being written; see the log.',
};
