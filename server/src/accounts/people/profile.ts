/** Who a person is on this server, as they see and change it themselves. */
import type { Language, Profile } from '@holdfast/contract/people';
import { Fault } from '#platform/fault.ts';
import { orNameTaken, usernameIndexOf } from '../account-making.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { openPerson } from '../people.ts';
import { findOwnSession } from '../session-store.ts';
import { openOwn } from '../sessions.ts';
import { acceptUsername } from '../username.ts';
import { updateAccount } from './administration.ts';

type Reading = Pick<Context, 'db' | 'clock' | 'sealer' | 'outbox'>;

export const readProfile = async (needs: Reading, actor: Actor): Promise<Profile> => {
	const { seal } = await openOwn(needs, actor);
	const account = await findAccount(needs.db.query, actor.accountId);
	if (!account) throw new Fault('access.sign-in-needed');
	const claim = await needs.db.query
		.selectFrom('emailClaim')
		.select('email')
		.where('accountId', '=', actor.accountId)
		.executeTakeFirst();
	return {
		person: openPerson(seal, account),
		email: account.email && seal.open('account', 'email', account.email),
		pendingEmail: claim ? seal.open('account', 'email', claim.email) : null,
		canMail: needs.outbox.isConfigured,
		language: account.language,
		pictureId: account.pictureId,
		createdAt: account.createdAt,
	};
};

/** Writes to the actor's own account as long as their session lives. */
const write = (
	{ events }: Pick<Context, 'events'>,
	actor: Actor,
	work: (write: EventTransaction) => Promise<void>,
): Promise<void> =>
	events.transaction(async (writing) => {
		if (!(await findOwnSession(writing.tx, actor, writing.now))) throw new Fault('access.sign-in-needed');
		await work(writing);
	});

export interface ProfileChange {
	readonly displayName: string;
	readonly language: Language | null;
}

export const updateProfile = async (
	needs: Reading & Pick<Context, 'events'>,
	actor: Actor,
	{ displayName, language }: ProfileChange,
): Promise<void> => {
	const { seal } = await openOwn(needs, actor);
	const shown = displayName.trim().normalize('NFC');
	if (shown === '') throw new Fault('request.malformed', { detail: { field: 'body/displayName' } });
	const change = { displayName: seal.seal('account', 'displayName', shown), language };
	await write(needs, actor, (writing) => updateAccount(writing, actor.accountId, change));
};

/**
 * The old name is free from then on. A name that is taken is told here, to somebody who is signed in.
 *
 * @throws accounts.username.invalid, accounts.username.taken
 */
export const changeUsername = async (
	needs: Reading & Pick<Context, 'events' | 'keeper'>,
	actor: Actor,
	typed: string,
): Promise<void> => {
	const shown = acceptUsername(typed);
	const { seal } = await openOwn(needs, actor);
	const username = seal.seal('account', 'username', shown);
	const usernameIndex = await usernameIndexOf(needs, shown);
	const { accountId } = actor;
	const writing = write(needs, actor, async (writing) => {
		await updateAccount(writing, accountId, { username, usernameIndex });
		await writing.append({ kind: 'account-changed', cause: 'profile', accountId });
	});
	await orNameTaken(needs, writing);
};

/** `webp` was encoded by us: nothing of the file that came is in it. */
export const setPicture = async (
	needs: Reading & Pick<Context, 'events'>,
	actor: Actor,
	picture: { readonly pictureId: string; readonly webp: Uint8Array },
): Promise<void> => {
	const { seal } = await openOwn(needs, actor);
	const { accountId } = actor;
	const { pictureId, webp } = picture;
	const sealed = seal.seal('accountPicture', 'picture', Buffer.from(webp).toString('base64'));
	await write(needs, actor, async (writing) => {
		const { tx, now } = writing;
		await tx.deleteFrom('accountPicture').where('accountId', '=', accountId).execute();
		await tx
			.insertInto('accountPicture')
			.values({ pictureId, accountId, picture: sealed, madeAt: now })
			.execute();
		await updateAccount(writing, accountId, { pictureId });
	});
};

export const removePicture = (needs: Pick<Context, 'events'>, actor: Actor): Promise<void> =>
	write(needs, actor, async (writing) => {
		const { accountId } = actor;
		await writing.tx.deleteFrom('accountPicture').where('accountId', '=', accountId).execute();
		await updateAccount(writing, accountId, { pictureId: null });
	});

/** The actor's own picture only. @throws accounts.picture.absent */
export const readPicture = async (needs: Reading, actor: Actor, pictureId: string): Promise<Uint8Array> => {
	const { seal } = await openOwn(needs, actor);
	const row = await needs.db.query
		.selectFrom('accountPicture')
		.select('picture')
		.where('accountId', '=', actor.accountId)
		.where('pictureId', '=', pictureId)
		.executeTakeFirst();
	if (!row) throw new Fault('accounts.picture.absent');
	return Buffer.from(seal.open('accountPicture', 'picture', row.picture), 'base64');
};
