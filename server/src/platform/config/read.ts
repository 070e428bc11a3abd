/**
 * Turns file, environment and flags into a `Config`, or into all problems at once. The one reader of
 * `process.env`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { keysFolderDefault } from '../data-folder.ts';
import { StartFault } from '../fault.ts';
import type { LogLevel } from '../log.ts';
import type { AuthorityConfig, Config, ConfigProblem, MediaConfig, ServerRole } from './config.ts';
import { breachedPasswordsOf, mailOf } from './read-mail.ts';
import { type Setting, settings } from './schema.ts';

type Key = (typeof settings)[number]['key'];
type Value = string | number | boolean | readonly string[] | null;

/** A value and where it came from, as `holdfast config show` prints it. */
export interface Resolved {
	readonly setting: Setting;
	readonly value: Value;
	readonly source: string;
}

/** All that a reading depends on, so that it can be tried without a machine. */
export interface ConfigInput {
	/** The text of `holdfast.toml` and its path; null where there is none. */
	readonly file: { readonly path: string; readonly text: string } | null;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly argv: readonly string[];
	/** Reads a secret given by `_FILE`. */
	readonly readText: (path: string) => string;
	readonly platform: NodeJS.Platform;
	readonly workingFolder: string;
}

export type ConfigReading =
	| { readonly config: Config; readonly resolved: readonly Resolved[]; readonly problems: readonly [] }
	| {
			readonly config: null;
			readonly resolved: readonly Resolved[];
			readonly problems: readonly ConfigProblem[];
	  };

interface Raw {
	readonly raw: unknown;
	readonly source: string;
}

const flagValues = (argv: readonly string[], problems: ConfigProblem[]): Map<string, string> => {
	const found = new Map<string, string>();
	const known = new Set<string>(settings.flatMap(({ flag }) => (flag ? [flag] : [])));
	for (let index = 0; index < argv.length; index += 1) {
		const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[index] ?? '');
		const name = match?.[1] ?? '';
		if (!known.has(name)) {
			problems.push({
				key: argv[index] ?? '',
				source: 'command line',
				message: 'is not a flag of this command',
			});
			continue;
		}
		const isInline = match?.[2] !== undefined;
		const value = match?.[2] ?? argv[index + 1];
		if (!isInline) index += 1;
		if (value === undefined)
			problems.push({ key: `--${name}`, source: 'command line', message: 'needs a value' });
		else found.set(name, value);
	}
	return found;
};

const fileValues = (input: ConfigInput, problems: ConfigProblem[]): Map<string, unknown> => {
	const found = new Map<string, unknown>();
	if (!input.file) return found;
	const source = input.file.path;
	try {
		for (const [group, values] of Object.entries(parseToml(input.file.text))) {
			if (typeof values !== 'object' || values === null || Array.isArray(values)) {
				problems.push({ key: group, source, message: 'is not a group such as [server]' });
				continue;
			}
			for (const [name, value] of Object.entries(values)) found.set(`${group}.${name}`, value);
		}
	} catch (error) {
		problems.push({
			key: 'holdfast.toml',
			source,
			message: error instanceof Error ? error.message : String(error),
		});
	}
	const known = new Set<string>(settings.map(({ key }) => key));
	for (const key of found.keys()) {
		if (!known.has(key)) problems.push({ key, source, message: 'is not a setting' });
	}
	return found;
};

const fromEnv = (setting: Setting, input: ConfigInput, problems: ConfigProblem[]): Raw | null => {
	const own = input.env[setting.env];
	if (own !== undefined && own !== '') return { raw: own, source: setting.env };
	const path = setting.isSecret ? input.env[`${setting.env}_FILE`] : undefined;
	if (!path) return null;
	try {
		return { raw: input.readText(path).trim(), source: `${setting.env}_FILE` };
	} catch {
		problems.push({ key: setting.key, source: `${setting.env}_FILE`, message: `cannot read ${path}` });
		return null;
	}
};

/** Variables of ours that are no setting of the server: what tests and tools are told. */
const foreignVariables = /^HOLDFAST_(?:TEST|SCREENSHOT)_/;

/** A variable with a wrong name would else do nothing, and nobody would know why. */
const unknownVariables = (env: ConfigInput['env']): ConfigProblem[] => {
	const known = new Set<string>(
		(settings as readonly Setting[]).flatMap((setting) =>
			setting.isSecret ? [setting.env, `${setting.env}_FILE`] : [setting.env],
		),
	);
	return Object.keys(env)
		.filter((name) => name.startsWith('HOLDFAST_') && !known.has(name) && !foreignVariables.test(name))
		.map((name) => ({ key: name, source: 'environment', message: 'is not a setting' }));
};

const toInteger = (raw: unknown): number | null => {
	const value =
		typeof raw === 'number' ? raw : typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : null;
	return value !== null && Number.isSafeInteger(value) ? value : null;
};

const toList = (raw: unknown): readonly string[] | null => {
	if (Array.isArray(raw)) return raw.every((entry) => typeof entry === 'string') ? raw : null;
	if (typeof raw !== 'string') return null;
	return raw
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
};

const flagWords = new Map<unknown, boolean>([
	[true, true],
	[false, false],
	['true', true],
	['1', true],
	['false', false],
	['0', false],
]);

/** The typed value, or what would be right. */
const toValue = (setting: Setting, raw: unknown): { value: Value } | { expected: string } => {
	switch (setting.type) {
		case 'integer': {
			const value = toInteger(raw);
			const low = setting.minimum ?? 0;
			const high = setting.maximum ?? Number.MAX_SAFE_INTEGER;
			if (value === null || value < low || value > high)
				return { expected: `a whole number from ${low} to ${high}` };
			return { value };
		}
		case 'flag': {
			const value = flagWords.get(raw);
			return value === undefined ? { expected: 'true or false' } : { value };
		}
		case 'list': {
			const value = toList(raw);
			return value === null ? { expected: 'a list of texts' } : { value };
		}
		case 'text':
			if (typeof raw !== 'string') return { expected: 'a text' };
			if (setting.choices && !setting.choices.includes(raw))
				return { expected: `one of ${setting.choices.join(', ')}` };
			return { value: raw };
	}
};

const resolveAll = (input: ConfigInput, problems: ConfigProblem[]): Map<Key, Resolved> => {
	const flags = flagValues(input.argv, problems);
	const file = fileValues(input, problems);
	const resolved = new Map<Key, Resolved>();
	for (const setting of settings as readonly (Setting & { key: Key })[]) {
		const flag = setting.flag === null ? undefined : flags.get(setting.flag);
		const fromFlag = flag === undefined ? null : { raw: flag, source: `--${setting.flag}` };
		const inFile = file.has(setting.key)
			? { raw: file.get(setting.key), source: input.file?.path ?? '' }
			: null;
		const given = fromFlag ?? fromEnv(setting, input, problems) ?? inFile;
		if (!given) {
			resolved.set(setting.key, { setting, value: setting.fallback, source: 'default' });
			continue;
		}
		const outcome = toValue(setting, given.raw);
		if ('value' in outcome) {
			resolved.set(setting.key, { setting, value: outcome.value, source: given.source });
		} else {
			const said = setting.isSecret ? '' : ` instead of "${String(given.raw)}"`;
			problems.push({
				key: setting.key,
				source: given.source,
				message: `must be ${outcome.expected}${said}`,
			});
		}
	}
	return resolved;
};

const libraryKinds = new Set(['movies', 'shows', 'music', 'photos']);

const librariesOf = (entries: readonly string[], problems: ConfigProblem[]): MediaConfig['libraries'] =>
	entries.flatMap((entry) => {
		const cut = entry.indexOf('=');
		const kind = entry.slice(0, cut);
		const path = entry.slice(cut + 1);
		if (cut > 0 && libraryKinds.has(kind) && isAbsolute(path)) {
			return [{ kind: kind as MediaConfig['libraries'][number]['kind'], path: resolve(path) }];
		}
		const message = `"${entry}" must read movies|shows|music|photos, "=", and a path from the root`;
		problems.push({ key: 'media.libraries', source: 'HOLDFAST_MEDIA', message });
		return [];
	});

const databaseOf = (url: string | null, dataFolder: string, poolSize: number, problems: ConfigProblem[]) => {
	if (url === null) return { kind: 'sqlite', path: join(dataFolder, 'holdfast.db') } as const;
	if (!/^postgres(ql)?:\/\//.test(url)) {
		problems.push({
			key: 'database.url',
			source: 'HOLDFAST_DATABASE_URL',
			message: 'must begin with postgres://',
		});
	}
	return { kind: 'postgres', url, poolSize } as const;
};

const tlsOf = (certificateFile: string | null, keyFile: string | null, problems: ConfigProblem[]) => {
	if (certificateFile !== null && keyFile !== null) return { certificateFile, keyFile };
	if (certificateFile !== null || keyFile !== null) {
		const message = 'needs both the certificate file and the key file, or neither';
		problems.push({ key: 'server.tlsCertificateFile', source: 'configuration', message });
	}
	return null;
};

/** Origin of `text` where it is an address a browser can open, without path or query; null else. */
export const publicOriginOf = (text: string): string | null => {
	const url = URL.parse(text);
	if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
	if (
		url.username !== '' ||
		url.password !== '' ||
		url.search !== '' ||
		url.hash !== '' ||
		url.pathname !== '/'
	) {
		return null;
	}
	return url.origin;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** With an authority there are no people of our own; without one there must be. */
const rolesOf = (
	given: Resolved | undefined,
	hasAuthority: boolean,
	problems: ConfigProblem[],
): ServerRole[] => {
	const source = given?.source ?? 'default';
	const words = (given?.value ?? []) as readonly string[];
	const roles = (['accounts', 'media'] as const).filter((role) => words.includes(role));
	const report = (message: string): void => void problems.push({ key: 'server.roles', source, message });
	if (roles.length === 0 || roles.length !== new Set(words).size) report('must be accounts, media or both');
	else if (hasAuthority && source === 'default') return ['media'];
	else if (hasAuthority && roles.includes('accounts'))
		report('must be media alone where authority.url names the service that knows its people');
	else if (!hasAuthority && !roles.includes('accounts'))
		report('must name accounts too, unless authority.url names a service that knows its people');
	return roles;
};

const authorityOf = (
	url: string | null,
	graces: { readonly friendsMinutes: number; readonly householdDays: number },
	problems: ConfigProblem[],
): AuthorityConfig | null => {
	if (url === null) return null;
	const origin = publicOriginOf(url);
	if (origin === null) {
		const message = 'must be an address such as https://people.example.org, without a path';
		problems.push({ key: 'authority.url', source: 'HOLDFAST_AUTHORITY', message });
	}
	return {
		url: origin ?? url,
		friendsGraceMs: graces.friendsMinutes * minuteMs,
		householdGraceMs: graces.householdDays * dayMs,
	};
};

const deepFreeze = <T extends object>(value: T): T => {
	for (const part of Object.values(value))
		if (typeof part === 'object' && part !== null) deepFreeze(part as object);
	return Object.freeze(value);
};

/**
 * Reads everything once. Order: default, file, environment, flag; the last one wins. Pure but for `readText`.
 *
 * @returns The configuration, or every problem there is; never both.
 */
export const readConfig = (input: ConfigInput): ConfigReading => {
	const problems: ConfigProblem[] = unknownVariables(input.env);
	const resolved = resolveAll(input, problems);
	const list = [...resolved.values()];
	if (problems.length > 0) return { config: null, resolved: list, problems };
	const get = <V extends Value>(key: Key): V => (resolved.get(key)?.value ?? null) as V;
	const path = (key: Key): string => resolve(input.workingFolder, get<string>(key));
	const folder = path('data.folder');
	const publicUrl = get<string | null>('server.publicUrl');
	const origin = publicUrl === null ? null : publicOriginOf(publicUrl);
	if (publicUrl !== null && origin === null) {
		const message = 'must be an address such as https://films.example.org, without a path';
		problems.push({ key: 'server.publicUrl', source: 'HOLDFAST_PUBLIC_URL', message });
	}
	const authorityUrl = get<string | null>('authority.url');
	const graces = {
		friendsMinutes: get<number>('authority.friendsGraceMinutes'),
		householdDays: get<number>('authority.householdGraceDays'),
	};
	const config: Config = {
		roles: rolesOf(resolved.get('server.roles'), authorityUrl !== null, problems),
		authority: authorityOf(authorityUrl, graces, problems),
		server: {
			port: get('server.port'),
			host: get('server.host'),
			publicUrl: origin,
			trustedProxies: get('server.trustedProxies'),
			tls: tlsOf(get('server.tlsCertificateFile'), get('server.tlsKeyFile'), problems),
		},
		data: {
			folder,
			keysFolder: get('data.keysFolder') === null ? keysFolderDefault(input) : path('data.keysFolder'),
		},
		database: databaseOf(get('database.url'), folder, get('database.poolSize'), problems),
		media: {
			libraries: librariesOf(get('media.libraries'), problems),
			roots: get<readonly string[]>('media.roots').map((root) => resolve(root)),
			ffmpegFolder: get('media.ffmpegFolder'),
			searchPath: input.env['PATH'] ?? '',
			transcodesMax: get('media.transcodesMax'),
			pollMinutes: get('media.pollMinutes'),
			pictureCacheMb: get('media.pictureCacheMb'),
		},
		accounts: {
			openRegistration: get<boolean>('accounts.openRegistration'),
			subsonicPasswords: get<boolean>('accounts.subsonicPasswords'),
			placesDatabase: get<string | null>('accounts.placesDatabase'),
			signInsPerNetworkPerMinute: get<number>('accounts.signInsPerNetworkPerMinute'),
			signInsPerMinute: get<number>('accounts.signInsPerMinute'),
		},
		mail: mailOf({ get, problems, workingFolder: input.workingFolder }),
		breachedPasswords: breachedPasswordsOf({ get, problems, workingFolder: input.workingFolder }),
		log: { level: get<LogLevel>('log.level') },
	};
	if (problems.length > 0) return { config: null, resolved: list, problems };
	return { config: deepFreeze(config), resolved: list, problems: [] };
};

/** The file that is read when it is there. */
export const configFileName = 'holdfast.toml';

/**
 * The real file, environment and folders, with these flags. `workingFolder` is where the project was started.
 */
export const realConfigInput = (argv: readonly string[]): ConfigInput => {
	const workingFolder = process.cwd();
	const path = join(workingFolder, configFileName);
	return {
		file: existsSync(path) ? { path, text: readFileSync(path, 'utf8') } : null,
		env: process.env,
		argv,
		readText: (from) => readFileSync(from, 'utf8'),
		platform: process.platform,
		workingFolder,
	};
};

/** @throws StartFault that lists every problem, one a line. */
export const configOrFault = (reading: ConfigReading): Config => {
	if (reading.config) return reading.config;
	const lines = reading.problems.map(({ key, source, message }) => `  ${key} (${source}) ${message}`);
	throw new StartFault(`The configuration is not right:\n${lines.join('\n')}`, { exitCode: 2 });
};
