/** What is stored about coming in and about a person's profile. */
import type { InvitedRole } from '@holdfast/contract/people';
import { column, table, type RowOf } from '#platform/db/types.ts';

const closedList = 'one word of a closed list';

/** One place for one person. Its links are tokens that name it; whichever comes first spends it. */
export const invitationTable = table('invitation', {
	invitationId: column.id(),
	/** Looked at again when it is used: who may not invite any more has invited nobody. */
	inviterId: column.id(),
	role: column.text<InvitedRole>(closedList),
	/** Sealed under the inviter's key, as is the address that it was mailed to. */
	note: column.sealed().nullable(),
	email: column.sealed().nullable(),
	createdAt: column.timeMs(),
	expiresAt: column.timeMs(),
	acceptedAt: column.timeMs().nullable(),
	acceptedBy: column.id().nullable(),
	revokedAt: column.timeMs().nullable(),
});

/** An address that waits to be proven; at most one of a person. */
export const emailClaimTable = table('emailClaim', {
	accountId: column.id(),
	/** Named by the mailed link: a newer claim makes older links worthless. */
	claimId: column.id(),
	/** Sealed as the account's own column, so that proving it moves it there unopened. */
	email: column.sealed(),
	emailIndex: column.blindIndex(),
	madeAt: column.timeMs(),
});

/** A person's picture: WebP as base64, sealed. */
export const accountPictureTable = table('accountPicture', {
	pictureId: column.id(),
	accountId: column.id(),
	picture: column.sealed(),
	madeAt: column.timeMs(),
});

export const peopleTables = [invitationTable, emailClaimTable, accountPictureTable] as const;

export type InvitationRow = RowOf<typeof invitationTable>;
export type EmailClaimRow = RowOf<typeof emailClaimTable>;

/** This folder's part of the room's tables. */
export interface PeopleTables {
	invitation: InvitationRow;
	emailClaim: EmailClaimRow;
	accountPicture: RowOf<typeof accountPictureTable>;
}
