/** What is stored about apps. Tokens lie in the one table of tokens, and who is let in, in that of sessions. */
import { column, table, type RowOf } from '#platform/db/types.ts';

/** An app that people can sign in to with this server. */
export const clientTable = table('client', {
	clientId: column.id(),
	kind: column.text<'tv' | 'app' | 'server'>('one word of a closed list'),
	/** Name, addresses and secret, under the server's own seal: addresses at home say where somebody lives. */
	metadata: column.sealed(),
	createdAt: column.timeMs(),
});

/** What an app was let in for. Goes with the session. */
export const letInTable = table('letIn', {
	sessionId: column.id(),
	clientId: column.id(),
	scope: column.text('words of a closed list'),
	/** How long the session may go unused once its first token was fetched; until then it is minutes. */
	idleMaxMs: column.integer(),
});

/** Apps that want to hear when a person's session in them ends. Stays until they have heard it. */
export const logoutTable = table('appLogout', {
	sessionId: column.id(),
	accountId: column.id(),
	clientId: column.id(),
	tries: column.integer(),
	nextAt: column.timeMs(),
});

/** Keys that sign what apps are told, under the server's own seal: the library signs in its own process. */
export const signingKeyTable = table('appSigningKey', {
	keyId: column.id(),
	algorithm: column.text<'RS256' | 'ES256'>('one word of a closed list'),
	jwk: column.sealed(),
	madeAt: column.timeMs(),
});

/** App passwords of the weaker kind, which have to be read again; sealed under their person's key. */
export const plainPasswordTable = table('plainPassword', {
	sessionId: column.id(),
	secret: column.sealed(),
});

export const providerTables = [
	clientTable,
	letInTable,
	logoutTable,
	signingKeyTable,
	plainPasswordTable,
] as const;

export interface ProviderTables {
	client: RowOf<typeof clientTable>;
	letIn: RowOf<typeof letInTable>;
	appLogout: RowOf<typeof logoutTable>;
	appSigningKey: RowOf<typeof signingKeyTable>;
	plainPassword: RowOf<typeof plainPasswordTable>;
}
