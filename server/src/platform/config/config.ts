/**
 * The configuration as the program uses it: nested, complete, frozen. Each part is handed its group, not the
 * whole.
 */
import type { LogLevel } from '../log.ts';

export type DatabaseConfig =
	| { readonly kind: 'sqlite'; readonly path: string }
	| { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number };

/** Where people reach the server. */
export interface ServerConfig {
	readonly port: number;
	/** Null: loopback until there is an owner, then all addresses. */
	readonly host: string | null;
	readonly publicUrl: string | null;
	/** Addresses or networks whose forwarding headers count. */
	readonly trustedProxies: readonly string[];
	readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
}

/** What is shown and how it is converted. */
export interface MediaConfig {
	readonly libraries: readonly {
		readonly kind: 'movies' | 'shows' | 'music' | 'photos';
		readonly path: string;
	}[];
	/** Empty: the usual places of this system. */
	readonly roots: readonly string[];
	readonly ffmpegFolder: string | null;
	/** Folders where programs are looked for, as the system separates them. */
	readonly searchPath: string;
	readonly transcodesMax: number;
	readonly pollMinutes: number;
	readonly pictureCacheMb: number;
}

/** What this program does. */
export type ServerRole = 'accounts' | 'media';

/** The account service that knows this server's people, where that is not the program itself. */
export interface AuthorityConfig {
	/** Its origin; also its name as an issuer. */
	readonly url: string;
	/** How long people who were signed in before go on while it cannot be reached. */
	readonly friendsGraceMs: number;
	readonly householdGraceMs: number;
}

/** How people come in. */
export interface AccountsConfig {
	readonly openRegistration: boolean;
	readonly subsonicPasswords: boolean;
	/** A database of places in the MMDB form; null where none is configured. */
	readonly placesDatabase: string | null;
	readonly signInsPerNetworkPerMinute: number;
	readonly signInsPerMinute: number;
}

/** The SMTP server that takes our mail. */
export interface MailConfig {
	readonly host: string;
	readonly port: number;
	readonly security: 'starttls' | 'tls' | 'none';
	/** Null: the server asks for no name and password. */
	readonly signIn: { readonly user: string; readonly password: string } | null;
	readonly from: string;
	readonly dkim: { readonly keyFile: string; readonly domain: string; readonly selector: string } | null;
}

/** Where breached passwords are looked up. */
export interface BreachedPasswordsConfig {
	/** A range API elsewhere; null: nothing leaves this machine. */
	readonly url: string | null;
	readonly file: string | null;
}

/** Everything, frozen; the same for the life of the process. */
export interface Config {
	readonly roles: readonly ServerRole[];
	/** Null: people are known here. */
	readonly authority: AuthorityConfig | null;
	readonly server: ServerConfig;
	readonly data: { readonly folder: string; readonly keysFolder: string };
	readonly database: DatabaseConfig;
	readonly media: MediaConfig;
	readonly accounts: AccountsConfig;
	/** Null: no mail is sent. */
	readonly mail: MailConfig | null;
	readonly breachedPasswords: BreachedPasswordsConfig;
	readonly log: { readonly level: LogLevel };
}

/** One thing wrong with the configuration: where it stands, what it says, what would be right. */
export interface ConfigProblem {
	readonly key: string;
	readonly source: string;
	readonly message: string;
}
