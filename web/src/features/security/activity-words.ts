/** Security events in a person's words. A kind that this page does not know is told as what it is called. */
import type { ActivityEntry } from '@holdfast/contract/activity';
import { useCallback } from 'react';
import { en } from '../../messages/en.ts';
import { type MessageKey, useText } from '../../messages/use-text.ts';

export interface ActivityWords {
	readonly what: string;
	/** With which session and by what; empty where there is nothing to add. */
	readonly how: string;
	/** Why the server asked for more. */
	readonly why: readonly string[];
	/** Worth a second look. */
	readonly isWarning: boolean;
}

/** Told by what stands beside them: a session given anew, what a change comes to, a device met by signing in. */
const bookkeeping: readonly string[] = ['account-changed', 'device-known'];
const renewals: readonly string[] = ['step-up', 'factors', 'password-change'];

/** Everything but what another entry says already. */
export const isWorthTelling = ({ kind, cause }: Pick<ActivityEntry, 'kind' | 'cause'>): boolean =>
	!bookkeeping.includes(kind) && !(kind === 'session-ended' && renewals.includes(cause));

const warnings: readonly string[] = [
	'sign-in-failed',
	'factor-failed',
	'factor-removed',
	'recovery-code-used',
	'reset-code-made',
	'factor-code-made',
	'account-leaving',
];

const keyOf = (prefix: string, word: string): MessageKey | null => {
	const key = `${prefix}.${word}`;
	return Object.hasOwn(en, key) ? (key as MessageKey) : null;
};

/** What a cause adds to a kind that does not say it itself. */
const sayCauseOf: readonly string[] = [
	'session-ended',
	'account-epoch-raised',
	'credential-changed',
	'signed-in',
];

/** The words of one entry. */
export const useActivityWords = (): ((entry: ActivityEntry) => ActivityWords) => {
	const text = useText();
	return useCallback(
		({ kind, cause, sessionLabel, isByOthers, reasons }) => {
			const told = (prefix: string, word: string): string => {
				const key = keyOf(prefix, word);
				return key ? text(key) : word;
			};
			const how = [
				...(sessionLabel === null ? [] : [sessionLabel]),
				...(sayCauseOf.includes(kind) && keyOf('activity.cause', cause)
					? [told('activity.cause', cause)]
					: []),
				...(isByOthers ? [text('activity.by-others')] : []),
			];
			return {
				what: told('activity.kind', kind),
				how: how.join(' · '),
				why: reasons.map((reason) => told('activity.reason', reason)),
				isWarning: warnings.includes(kind) || isByOthers,
			};
		},
		[text],
	);
};
