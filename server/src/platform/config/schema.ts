/**
 * Every setting of the program, once: type, default, unit in its name, one sentence, whether it is secret.
 * The parser, `holdfast config show` and `docs/configuration.md` all come from here.
 */

export type SettingType = 'text' | 'integer' | 'flag' | 'list';

/** One setting: what it is called everywhere, and what it may be. */
export interface Setting {
	/** Dotted, as in `holdfast.toml`: group and key. */
	readonly key: string;
	readonly env: `HOLDFAST_${string}`;
	/** Long flag without dashes; null where it makes no sense on a command line. */
	readonly flag: string | null;
	readonly type: SettingType;
	readonly fallback: string | number | boolean | readonly string[] | null;
	readonly doc: string;
	/** Never printed or logged; may be given as a file by the suffix `_FILE`. */
	readonly isSecret?: boolean;
	readonly choices?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
}

/** In the order of the printed document. */
export const settings = [
	{
		key: 'server.port',
		env: 'HOLDFAST_PORT',
		flag: 'port',
		type: 'integer',
		fallback: 8420,
		minimum: 0,
		maximum: 65535,
		doc: 'The TCP port to listen on; 0 picks a free one.',
	},
	{
		key: 'server.host',
		env: 'HOLDFAST_HOST',
		flag: 'host',
		type: 'text',
		fallback: null,
		doc: 'The address to listen on. Left out: loopback until there is an owner, then all addresses.',
	},
	{
		key: 'server.publicUrl',
		env: 'HOLDFAST_PUBLIC_URL',
		flag: 'public-url',
		type: 'text',
		fallback: null,
		doc: 'The address that links are made of. Left out: the one chosen at set-up.',
	},
	{
		key: 'server.trustedProxies',
		env: 'HOLDFAST_TRUSTED_PROXIES',
		flag: null,
		type: 'list',
		fallback: [],
		doc: 'Addresses or networks of reverse proxies whose forwarding headers count. None by default.',
	},
	{
		key: 'server.tlsCertificateFile',
		env: 'HOLDFAST_TLS_CERTIFICATE_FILE',
		flag: null,
		type: 'text',
		fallback: null,
		doc: 'A PEM certificate chain: serve HTTPS with it. Needs the key file too.',
	},
	{
		key: 'server.tlsKeyFile',
		env: 'HOLDFAST_TLS_KEY_FILE',
		flag: null,
		type: 'text',
		fallback: null,
		doc: 'The PEM private key of the certificate.',
	},
	{
		key: 'server.roles',
		env: 'HOLDFAST_ROLES',
		flag: 'roles',
		type: 'list',
		fallback: ['accounts', 'media'],
		doc: 'What this program does: `accounts`, `media` or both. With `authority.url` it is `media`.',
	},
	{
		key: 'authority.url',
		env: 'HOLDFAST_AUTHORITY',
		flag: 'authority',
		type: 'text',
		fallback: null,
		doc: 'The account service that signs people in here, such as `https://people.example.org`. Left out: our own.',
	},
	{
		key: 'authority.friendsGraceMinutes',
		env: 'HOLDFAST_AUTHORITY_FRIENDS_GRACE_MINUTES',
		flag: null,
		type: 'integer',
		fallback: 15,
		minimum: 1,
		maximum: 1440,
		doc: 'How long friends who are signed in go on while the account service cannot be reached.',
	},
	{
		key: 'authority.householdGraceDays',
		env: 'HOLDFAST_AUTHORITY_HOUSEHOLD_GRACE_DAYS',
		flag: null,
		type: 'integer',
		fallback: 7,
		minimum: 1,
		maximum: 90,
		doc: 'The same for the household.',
	},
	{
		key: 'data.folder',
		env: 'HOLDFAST_DATA_DIR',
		flag: 'data-dir',
		type: 'text',
		fallback: './data',
		doc: 'Where the database, the keyring and the picture cache live. Never a network file system.',
	},
	{
		key: 'data.keysFolder',
		env: 'HOLDFAST_KEYS_DIR',
		flag: 'keys-dir',
		type: 'text',
		fallback: null,
		doc: "Where the keeper's keys live, never inside the data folder. Left out: the platform's private state folder.",
	},
	{
		key: 'database.url',
		env: 'HOLDFAST_DATABASE_URL',
		flag: null,
		type: 'text',
		fallback: null,
		isSecret: true,
		doc: 'A PostgreSQL address (`postgres://…`). Left out: the embedded SQLite database in the data folder.',
	},
	{
		key: 'database.poolSize',
		env: 'HOLDFAST_DATABASE_POOL_SIZE',
		flag: null,
		type: 'integer',
		fallback: 10,
		minimum: 2,
		maximum: 200,
		doc: 'Connections to PostgreSQL held at most.',
	},
	{
		key: 'media.libraries',
		env: 'HOLDFAST_MEDIA',
		flag: 'media',
		type: 'list',
		fallback: [],
		doc: 'Libraries to make at first start, as `movies=/a,shows=/b,music=/c,photos=/d`.',
	},
	{
		key: 'media.roots',
		env: 'HOLDFAST_MEDIA_ROOTS',
		flag: null,
		type: 'list',
		fallback: [],
		doc: 'Folders that the folder picker may show. Left out: the usual places for media on this system.',
	},
	{
		key: 'media.ffmpegFolder',
		env: 'HOLDFAST_FFMPEG_DIR',
		flag: null,
		type: 'text',
		fallback: null,
		doc: 'Folder with `ffmpeg` and `ffprobe`. Left out: the search path.',
	},
	{
		key: 'media.transcodesMax',
		env: 'HOLDFAST_TRANSCODES_MAX',
		flag: null,
		type: 'integer',
		fallback: 2,
		minimum: 0,
		maximum: 64,
		doc: 'Conversions that may run at once.',
	},
	{
		key: 'media.pollMinutes',
		env: 'HOLDFAST_POLL_MINUTES',
		flag: null,
		type: 'integer',
		fallback: 15,
		minimum: 1,
		maximum: 1440,
		doc: 'How often folders that send no change events are looked through.',
	},
	{
		key: 'media.pictureCacheMb',
		env: 'HOLDFAST_PICTURE_CACHE_MB',
		flag: null,
		type: 'integer',
		fallback: 2048,
		minimum: 16,
		maximum: 1048576,
		doc: 'Disk space for re-encoded pictures; the least used go first.',
	},
	{
		key: 'log.level',
		env: 'HOLDFAST_LOG_LEVEL',
		flag: 'log-level',
		type: 'text',
		fallback: 'info',
		choices: ['debug', 'info', 'warn', 'error', 'silent'],
		doc: 'How much is written to standard error.',
	},
] as const satisfies readonly Setting[];
