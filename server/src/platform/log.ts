/** One logger for each subsystem, none made inline. Lines are JSON; secrets have no field to hide in. */
import { pino, type Logger } from 'pino';

export type { Logger };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Longest text of one field; what is longer is cut, so that a hostile name cannot fill a disk. */
const fieldCharactersMax = 2_000;

const cut = (value: unknown): unknown =>
	typeof value === 'string' && value.length > fieldCharactersMax
		? `${value.slice(0, fieldCharactersMax)}…`
		: value;

/** The root logger. Writes to standard error, so that standard output stays for people and for `--json`. */
export const openLog = (level: LogLevel): Logger =>
	pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: {
				level: (label) => ({ level: label }),
				log: (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, cut(value)])),
			},
			redact: {
				paths: [
					'*.password',
					'*.token',
					'*.cookie',
					'*.authorization',
					'req.headers',
					'headers',
					'*.flow',
					'*.secret',
				],
				censor: '[withheld]',
			},
		},
		pino.destination({ fd: 2, sync: true }),
	);

/** A logger that writes nothing, for tests and for the command line. */
export const silentLog: Logger = pino({ level: 'silent' });
