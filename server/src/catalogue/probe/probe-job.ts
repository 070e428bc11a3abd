/** What goes to a reader of headers and what comes back. Plain data: it crosses threads. */
import type { FileFacts } from '../tables.ts';
import type { DamageReason, LibraryKind, MediaStream } from '../values.ts';

export interface ProbeJob {
	readonly rootPath: string;
	readonly relativePath: string;
	readonly libraryKind: LibraryKind;
}

/** What a header says. `demuxer` names how ffprobe should read on where our readers cannot. */
export interface ProbeFound {
	readonly container: string;
	readonly durationMs: number | null;
	readonly bitrateBps: number | null;
	readonly streams: readonly MediaStream[];
	readonly facts: FileFacts;
}

export interface ProbeDamage {
	readonly reason: DamageReason;
	readonly detail: string | null;
}

/** One answer for each job, in the order of the jobs. Never an exception: a damaged file is an answer. */
export interface ProbeResult {
	readonly headHash: string | null;
	readonly found: ProbeFound | null;
	readonly damage: ProbeDamage | null;
	/** Set where ffprobe should have a look; `found` and `damage` are what holds if there is none. */
	readonly demuxer: string | null;
}

/** A reader's words, short and on one line. */
export const shortDetail = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error))
		.toWellFormed()
		// A reader's message may quote bytes of the file.
		.replace(/\p{C}+/gu, ' ')
		.slice(0, 300);

/** A text out of a file: well-formed, without control characters, bounded. */
export const safeText = (text: unknown, charactersMax = 300): string | undefined => {
	if (typeof text !== 'string') return undefined;
	const clean = text
		.toWellFormed()
		.replace(/\p{Cc}+/gu, ' ')
		.trim()
		.slice(0, charactersMax)
		.toWellFormed();
	return clean === '' ? undefined : clean;
};
