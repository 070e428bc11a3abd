/** What can be done with somebody's account, as it stands now. Pure. */
import type { PersonEntry } from '@holdfast/contract/people';

/** Everything that one press and one look do. */
export type SimpleAction = 'deactivate' | 'reactivate' | 'delete' | 'keep' | 'owner';
/** What a one-time code of an administrator helps with. */
export type CodeAction = 'reset' | 'factor';
export type PersonAction = SimpleAction | CodeAction | 'role';

/** Fitting to how the account stands now. */
export const actionsFor = ({
	may,
	status,
	highestLevel,
}: Pick<PersonEntry, 'may' | 'status' | 'highestLevel'>): PersonAction[] => {
	if (!may.administer) return [];
	if (status === 'leaving') return ['keep'];
	if (status === 'deactivated') return ['reactivate', 'delete'];
	return [
		...(may.roles.length > 1 ? (['role'] as const) : []),
		'reset',
		...(highestLevel > 1 ? (['factor'] as const) : []),
		...(may.becomeOwner ? (['owner'] as const) : []),
		'deactivate',
		'delete',
	];
};
