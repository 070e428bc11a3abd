/** Providers and links as rows, and the one look that says whether a link still signs somebody in. */
import type { Kysely, Transaction } from 'kysely';
import { Fault } from '#platform/fault.ts';
import type { AccountTables } from '../tables.ts';
import type { IssuerLinkRow, IssuerRow } from './sso-tables.ts';

type Reader = Kysely<AccountTables>;
type Writer = Transaction<AccountTables>;

/** Providers of one server at most. */
export const issuersMax = 32;

export const listIssuers = (db: Reader): Promise<IssuerRow[]> =>
	db.selectFrom('issuer').selectAll().orderBy('issuerId').limit(issuersMax).execute();

export const findIssuer = (db: Reader, issuerId: string): Promise<IssuerRow | undefined> =>
	db.selectFrom('issuer').selectAll().where('issuerId', '=', issuerId).executeTakeFirst();

/** @throws accounts.provider.absent */
export const issuerOrFault = async (db: Reader, issuerId: string): Promise<IssuerRow> => {
	const issuer = await findIssuer(db, issuerId);
	if (!issuer) throw new Fault('accounts.provider.absent');
	return issuer;
};

export const findLinkBySubject = (
	db: Reader,
	{ issuerId, subjectIndex }: Pick<IssuerLinkRow, 'issuerId' | 'subjectIndex'>,
): Promise<IssuerLinkRow | undefined> =>
	db
		.selectFrom('issuerLink')
		.selectAll()
		.where('issuerId', '=', issuerId)
		.where('subjectIndex', '=', subjectIndex)
		.executeTakeFirst();

export const findLinkOf = (
	db: Reader,
	{ accountId, issuerId }: Pick<IssuerLinkRow, 'accountId' | 'issuerId'>,
): Promise<IssuerLinkRow | undefined> =>
	db
		.selectFrom('issuerLink')
		.selectAll()
		.where('accountId', '=', accountId)
		.where('issuerId', '=', issuerId)
		.executeTakeFirst();

export type LinkState = 'works' | 'blocked' | 'link-afresh';

export const linkStateOf = (
	issuer: Pick<IssuerRow, 'isBlocked' | 'linkFloorAt'>,
	link: Pick<IssuerLinkRow, 'madeAt'>,
): LinkState => {
	if (issuer.isBlocked === 1) return 'blocked';
	return link.madeAt <= issuer.linkFloorAt ? 'link-afresh' : 'works';
};

export type LinkWithIssuer = IssuerLinkRow & Pick<IssuerRow, 'name' | 'isBlocked' | 'linkFloorAt'>;

/** One person's links with what their providers may still do, in the order they were made. */
export const linksOf = (db: Reader, accountId: string): Promise<LinkWithIssuer[]> =>
	db
		.selectFrom('issuerLink')
		.innerJoin('issuer', 'issuer.issuerId', 'issuerLink.issuerId')
		.selectAll('issuerLink')
		.select(['issuer.name', 'issuer.isBlocked', 'issuer.linkFloorAt'])
		.where('issuerLink.accountId', '=', accountId)
		.orderBy('issuerLink.linkId')
		.limit(issuersMax)
		.execute();

/** The providers at which this person can prove themselves now. */
export const usableProvidersOf = async (
	db: Reader,
	accountId: string,
): Promise<{ providerId: string; name: string }[]> =>
	(await linksOf(db, accountId))
		.filter((link) => linkStateOf(link, link) === 'works')
		.map(({ issuerId, name }) => ({ providerId: issuerId, name }));

/**
 * Looks once more whether the provider's word counts for this account, in the transaction of what it leads
 * to. Returns when the link was made.
 *
 * @throws accounts.provider.not-linked, accounts.provider.blocked, accounts.provider.link-afresh
 */
export const recheckLink = async (
	tx: Reader,
	{ accountId, issuerId }: Pick<IssuerLinkRow, 'accountId' | 'issuerId'>,
): Promise<number> => {
	const issuer = await findIssuer(tx, issuerId);
	const link = issuer && (await findLinkOf(tx, { accountId, issuerId }));
	if (!link) throw new Fault('accounts.provider.not-linked');
	const state = linkStateOf(issuer, link);
	if (state === 'blocked') throw new Fault('accounts.provider.blocked');
	if (state === 'link-afresh') throw new Fault('accounts.provider.link-afresh');
	return link.madeAt;
};

/** The account's link to this provider becomes this one. */
export const replaceLink = async (tx: Writer, link: IssuerLinkRow): Promise<void> => {
	const { accountId, issuerId } = link;
	await tx
		.deleteFrom('issuerLink')
		.where('accountId', '=', accountId)
		.where('issuerId', '=', issuerId)
		.execute();
	await tx.insertInto('issuerLink').values(link).execute();
};
