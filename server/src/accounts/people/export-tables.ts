/**
 * What of each table goes into the archive of a person. Every table that names an account is here or among
 * those that are left out with a reason; a test holds that.
 */

/** One table of the archive. Hashes and keyed indexes are always left out. */
export interface ExportedTable {
	readonly table: string;
	readonly file: string;
	/** The column that names the person. */
	readonly person: string;
	/** Pages go by it; unique within a person. */
	readonly order: string;
	/** Secrets, and what means nothing outside of this server. */
	readonly without: readonly string[];
	/** Columns that were sealed for another place than their own. */
	readonly sealedAs?: Readonly<Record<string, readonly [table: string, column: string]>>;
}

const own = (table: string, file: string, order: string, without: readonly string[] = []): ExportedTable => ({
	table,
	file,
	person: 'accountId',
	order,
	without,
});

export const exportedTables: readonly ExportedTable[] = [
	own('account', 'account', 'accountId', ['viewerId', 'epoch', 'deviceEpoch']),
	{
		...own('emailClaim', 'address-to-be-proven', 'accountId', ['claimId']),
		sealedAs: { email: ['account', 'email'] },
	},
	own('session', 'sessions', 'sessionId', [
		'sessionMac',
		'cohort',
		'accountEpoch',
		'serverEpoch',
		'globalEpoch',
		'issuerSessionIndex',
	]),
	own('device', 'devices', 'deviceId', ['deviceMac', 'deviceEpoch', 'publicKey']),
	own('credential', 'password', 'credentialId', ['record', 'evaluationId', 'setupId']),
	own('factor', 'second-factors', 'factorId'),
	own('recoveryCode', 'recovery-codes', 'hash', ['hash']),
	own('issuerLink', 'linked-providers', 'linkId'),
	own('mail', 'mails', 'mailId', ['mint', 'address', 'wrapped', 'tokenHash']),
	{ ...own('invitation', 'invitations', 'invitationId'), person: 'inviterId' },
	{
		...own('mediaServer', 'servers', 'serverId', ['keyName', 'publicKey', 'redirects', 'position']),
		person: 'ownerId',
	},
	own('serverGrant', 'server-access', 'grantId', ['invitedAs']),
	own('securityEvent', 'activity', 'eventId'),
];

/** Tables that name an account and are not in its archive, and why. */
export const leftOutTables: Readonly<Record<string, string>> = {
	keyring: 'wrapped keys: nothing about the person, and the means to open everything',
	token: 'flows that are open for minutes: hashes and states sealed to the keeper',
	appLogout: 'messages to apps that are on their way for seconds',
	accountPicture: 'in the archive as a file of its own',
};
