/** Who may do what to whom. Pure. */
import type { Role } from '@holdfast/contract/accounts';
import type { InvitedRole } from '@holdfast/contract/people';

/** A person with a role, or somebody on the machine itself, who stands above all of them. */
export type Authority = Role | 'machine';

const invited: readonly InvitedRole[] = ['administrator', 'member', 'guest'];

/** Administrators let in members and guests; only the owner makes administrators. */
export const mayGive = (authority: Authority, role: InvitedRole): boolean => {
	if (authority === 'machine' || authority === 'owner') return true;
	return authority === 'administrator' && role !== 'administrator';
};

/** Nobody stands above the owner but the machine, which leaves the owner alone too: there is always one. */
export const mayAdminister = (authority: Authority, target: Role): boolean =>
	target !== 'owner' && mayGive(authority, target);

/** The roles that this authority may give somebody who has `target` now. */
export const rolesToGive = (authority: Authority, target: Role): InvitedRole[] =>
	mayAdminister(authority, target) ? invited.filter((role) => mayGive(authority, role)) : [];

/** The server goes from its owner to an administrator, who knows what comes with it. */
export const mayHandOver = (authority: Authority, target: Role): boolean =>
	authority === 'owner' && target === 'administrator';
