/** What a command is, and what it says: one object, printed for people or as JSON. */
import type { Config } from '#platform/config/config.ts';
import type { ConfigReading } from '#platform/config/read.ts';

/** What a command gave back: lines for people, a value for programs. */
export interface CommandOutcome {
	readonly lines: readonly string[];
	readonly value: unknown;
	/** 0 unless the command found something wrong. */
	readonly exitCode?: number;
}

export interface CommandNeeds {
	/** Flags and words after the command's name. */
	readonly words: readonly string[];
	readonly reading: ConfigReading;
	/** @throws StartFault with every problem of the configuration */
	readonly config: () => Config;
	/**
	 * Asks a person; hidden where it is a secret. Reads a line of standard input where nobody sits at a
	 * terminal.
	 */
	readonly ask: (question: string, options: { readonly isSecret: boolean }) => Promise<string>;
	readonly say: (line: string) => void;
}

export interface Command {
	/** Such as `account create-owner`. */
	readonly name: string;
	readonly usage: string;
	readonly summary: string;
	readonly run: (needs: CommandNeeds) => Promise<CommandOutcome>;
}

/** A wrong call of a command: the usage line is printed, exit code 2. */
export class UsageError extends Error {}
