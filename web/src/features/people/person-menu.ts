/** What can be done with somebody's account, as it stands now. Pure. */
import type { PersonEntry } from '@holdfast/contract/people';

/** Everything that one press and one look do. */
export type SimpleAction = 'deactivate' | 'reactivate' | 'delete' | 'keep' | 'owner';
export type PersonAction = SimpleAction | 'role' | 'reset';

/** Fitting to how the account stands now. */
export const actionsFor = ({ may, status }: Pick<PersonEntry, 'may' | 'status'>): PersonAction[] => {
	if (!may.administer) return [];
	if (status === 'leaving') return ['keep'];
	if (status === 'deactivated') return ['reactivate', 'delete'];
	return [
		...(may.roles.length > 1 ? (['role'] as const) : []),
		'reset',
		...(may.becomeOwner ? (['owner'] as const) : []),
		'deactivate',
		'delete',
	];
};
