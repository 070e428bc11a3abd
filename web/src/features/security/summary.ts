/** The security centre at a glance: what is signed in, and the one thing to do next. */
import type { SessionEntry, SessionKind } from '@holdfast/contract/accounts';
import type { FactorOverview } from '@holdfast/contract/factors';

/** Fewer recovery codes than this are few. */
export const codesFewBelow = 4;

export type NextStep = 'factor-required' | 'factor' | 'codes' | 'codes-few' | 'none';

type Facts = Pick<FactorOverview, 'factors' | 'isRequired' | 'recoveryCodesLeft'>;

/** What helps most comes first. A passkey alone is two factors in one, so it needs nothing beside the codes. */
export const nextStepOf = ({ factors, isRequired, recoveryCodesLeft }: Facts): NextStep => {
	if (factors.length === 0) return isRequired ? 'factor-required' : 'factor';
	if (recoveryCodesLeft === 0) return 'codes';
	return recoveryCodesLeft < codesFewBelow ? 'codes-few' : 'none';
};

export type SessionGroup = 'browsers' | 'televisions' | 'apps' | 'sign-on' | 'servers';

const groupOfKind: Readonly<Record<SessionKind, SessionGroup>> = {
	browser: 'browsers',
	'command-line': 'browsers',
	tv: 'televisions',
	app: 'apps',
	'app-password': 'apps',
	'single-sign-on': 'sign-on',
	server: 'servers',
};
const groups: readonly SessionGroup[] = ['browsers', 'televisions', 'apps', 'sign-on', 'servers'];

export interface GroupedSessions {
	readonly group: SessionGroup;
	readonly sessions: readonly SessionEntry[];
}

/** Groups that hold something, each with this browser first and the last used next. */
export const groupSessions = (sessions: readonly SessionEntry[]): readonly GroupedSessions[] => {
	const sorted = [...sessions].sort(
		(a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastUsedAt - a.lastUsedAt,
	);
	return groups
		.map((group) => ({ group, sessions: sorted.filter(({ kind }) => groupOfKind[kind] === group) }))
		.filter((each) => each.sessions.length > 0);
};
