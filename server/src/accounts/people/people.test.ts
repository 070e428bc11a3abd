/** Coming in, being administered and leaving, on both databases with the real keeper. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	firefox,
	type House,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import {
	everyRow,
	join,
	openMailbox,
	prepareToJoin,
	proveAddress,
	publicUrl,
	terms,
} from '../../../tests/support/joining-people.ts';
import { accountMigrations, type SignedIn } from '../index.ts';

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

const anna = { username: 'Anna', password: 'a long enough password' };
const ben = { username: 'Ben', password: 'another long password' };
const cleo = { username: 'Cleo', password: 'a third long password' };

const by = ({ signed }: SignedIn) => ({ accountId: signed.person.accountId });
const fault = (code: string) => ({ code });
const dayMs = 24 * 60 * 60_000;

const kindsOf = async ({ db }: House, accountId: string): Promise<string[]> => {
	const rows = await db.query
		.selectFrom('securityEvent')
		.select(['kind', 'eventId'])
		.where('accountId', '=', accountId)
		.orderBy('eventId')
		.execute();
	return rows.map(({ kind }) => kind);
};

describeOnBothEngines('an invitation', { migrations: accountMigrations }, (open) => {
	it('lets one person in, with the role it says, and signs them in', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const made = await house.accounts.invite(by(owner), { ...terms, role: 'guest', note: 'For Ben' });
		const offer = await house.accounts.lookAtJoinLink(made.secret);
		assert.deepEqual(offer, {
			kind: 'invitation',
			role: 'guest',
			invitedBy: 'Anna the owner',
			expiresAt: made.expiresAt,
		});
		const joined = await join(house, made.secret, ben);
		assert.equal(joined.signed.person.role, 'guest');
		assert.ok(await house.accounts.authority.resolveSession(joined.token));
		assert.ok(await signIn(house, ben));
		assert.deepEqual(await house.accounts.listInvitations(by(owner)), []);
		await assert.rejects(house.accounts.lookAtJoinLink(made.secret), fault('accounts.link.invalid'));
	});

	it('is taken by one of 50 who finish at once', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const { secret } = await house.accounts.invite(by(owner), terms);
		const finishers = await Promise.all(
			Array.from({ length: 50 }, (_, index) =>
				prepareToJoin(house.accounts, secret, { username: `guest ${index}`, password: ben.password }),
			),
		);
		const results = await Promise.allSettled(finishers.map((finish) => finish()));
		const won = results.filter(({ status }) => status === 'fulfilled');
		assert.equal(won.length, 1);
		for (const result of results) {
			if (result.status === 'rejected')
				assert.equal((result.reason as { code: string }).code, 'accounts.link.invalid');
		}
		const { people } = await house.accounts.listPeople('machine', {});
		assert.equal(people.length, 2);
	});

	it('is worth nothing once it is over, taken back, or its inviter may not invite any more', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const helperId = await makeMember(house, cleo, 'administrator');
		const helper = { accountId: helperId };
		const refused = async (secret: string) =>
			assert.rejects(house.accounts.lookAtJoinLink(secret), fault('accounts.link.invalid'));
		const taken = await house.accounts.invite(by(owner), terms);
		await house.accounts.revokeInvitation(by(owner), taken.invitationId);
		await refused(taken.secret);
		await assert.rejects(
			house.accounts.revokeInvitation(by(owner), taken.invitationId),
			fault('accounts.invitation.absent'),
		);
		const old = await house.accounts.invite(by(owner), { ...terms, lifetimeHours: 1 });
		await house.clock.advance(60 * 60_000 + 1);
		await refused(old.secret);
		const demoted = await house.accounts.invite(helper, terms);
		const started = await prepareToJoin(house.accounts, demoted.secret, ben);
		await house.accounts.setRole(by(owner), { accountId: helperId, role: 'member' });
		await refused(demoted.secret);
		await assert.rejects(started(), fault('accounts.link.invalid'));
		await house.accounts.setRole(by(owner), { accountId: helperId, role: 'administrator' });
		await house.accounts.deactivate(by(owner), helperId);
		await refused(demoted.secret);
		await house.accounts.reactivate(by(owner), helperId);
		assert.equal((await started()).signed.person.username, 'Ben');
	});

	it('tells a name that is taken to holders of a link only, and stores neither link nor note readable', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const { secret } = await house.accounts.invite(by(owner), { ...terms, note: 'the lodger upstairs' });
		const taken = { username: ' anna ', password: ben.password };
		await assert.rejects(prepareToJoin(house.accounts, secret, taken), fault('accounts.username.taken'));
		await assert.rejects(
			prepareToJoin(house.accounts, 'A'.repeat(43), taken),
			fault('accounts.link.invalid'),
		);
		const rows = [...(await everyRow(house)).values()].join();
		assert.doesNotMatch(rows, new RegExp(`lodger|${secret}`, 'u'));
		const [open_] = await house.accounts.listInvitations(by(owner));
		assert.equal(open_?.note, 'the lodger upstairs');
	});

	it('that is mailed carries a link of its own; whichever is used first is the one that counts', async () => {
		const mailbox = openMailbox();
		await using house = await openHouse(open, shared.keeper, {
			mail: mailbox.transport,
			publicUrl: () => publicUrl,
		});
		const owner = await makeOwner(house, anna);
		const made = await house.accounts.invite(by(owner), { ...terms, email: 'ben@example.org' });
		assert.equal(made.isMailed, true);
		await house.accounts.sendDueMail();
		const mailed = mailbox.secretFor('ben@example.org');
		assert.notEqual(mailed, made.secret);
		await join(house, mailed, ben);
		await assert.rejects(join(house, made.secret, cleo), fault('accounts.link.invalid'));
	});

	it('is one of 200 that are open at most', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const { accounts } = house;
		const first = await accounts.invite(by(owner), terms);
		for (let made = 1; made < 200; made += 1) await accounts.invite(by(owner), terms);
		const next = accounts.invite(by(owner), terms);
		await assert.rejects(next, fault('accounts.invitations.too-many'));
		await accounts.revokeInvitation(by(owner), first.invitationId);
		await accounts.invite(by(owner), terms);
	});

	it('to a mail address is refused where no mail can be sent', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const asked = house.accounts.invite(by(owner), { ...terms, email: 'ben@example.org' });
		await assert.rejects(asked, fault('accounts.mail.unconfigured'));
	});
});

type Who = 'owner' | 'administrator' | 'other' | 'member' | 'guest';

/** Whom each may administer. */
const above: Readonly<Record<Who, readonly Who[]>> = {
	owner: ['administrator', 'other', 'member', 'guest'],
	administrator: ['member', 'guest'],
	other: ['member', 'guest'],
	member: [],
	guest: [],
};
const everybody = Object.keys(above) as Who[];
const pairs = everybody.flatMap((who) => everybody.map((whom) => [who, whom] as const));
const same = { member: 'member', guest: 'guest' } as const;

/** Everything that can be done to somebody, in an order that leaves them as they were. */
const actsOn = (
	{ accounts }: House,
	actor: { readonly accountId: string },
	given: { readonly accountId: string; readonly role: 'member' },
): (() => Promise<unknown>)[] => [
	() => accounts.setRole(actor, given),
	() => accounts.deactivate(actor, given.accountId),
	() => accounts.reactivate(actor, given.accountId),
	() => accounts.deletePerson(actor, given.accountId),
	() => accounts.keepPerson(actor, given.accountId),
];

describeOnBothEngines('administration', { migrations: accountMigrations }, (open) => {
	it('keeps to who stands above whom', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const people = {
			owner: by(owner).accountId,
			administrator: await makeMember(house, { username: 'Ada', password: ben.password }, 'administrator'),
			other: await makeMember(house, { username: 'Otto', password: ben.password }, 'administrator'),
			member: await makeMember(house, { username: 'Mia', password: ben.password }, 'member'),
			guest: await makeMember(house, { username: 'Gus', password: ben.password }, 'guest'),
		} as const;
		const roles = { ...{ owner: 'member', administrator: 'administrator', other: 'administrator' }, ...same };
		for (const [who, whom] of pairs) {
			const given = { accountId: people[whom], role: roles[whom] as 'member' };
			for (const act of actsOn(house, { accountId: people[who] }, given)) {
				if (above[who].includes(whom)) await act();
				else await assert.rejects(act(), fault('access.not-allowed'), `${who} on ${whom}: ${act}`);
			}
		}
		const { accounts } = house;
		const nobody = accounts.deactivate('machine', 'nobodyHasThisId');
		await assert.rejects(nobody, fault('accounts.account.absent'));
		const last = accounts.deactivate('machine', people.owner);
		await assert.rejects(last, fault('access.not-allowed'), 'there is always an owner');
	});

	it('makes administrators by the owner only, by role and by invitation', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const helper = { accountId: await makeMember(house, cleo, 'administrator') };
		const accountId = await makeMember(house, ben);
		const { accounts } = house;
		const asAdministrator = { ...terms, role: 'administrator' } as const;
		for (const actor of [helper, { accountId }]) {
			const change = accounts.setRole(actor, { accountId, role: 'administrator' });
			await assert.rejects(change, fault('access.not-allowed'));
			await assert.rejects(accounts.invite(actor, asAdministrator), fault('access.not-allowed'));
		}
		await assert.rejects(accounts.invite({ accountId }, terms), fault('access.not-allowed'));
		await accounts.invite(by(owner), asAdministrator);
		const [open_] = await accounts.listInvitations(helper);
		const taken = accounts.revokeInvitation(helper, open_?.invitationId ?? '');
		await assert.rejects(taken, fault('access.not-allowed'));
		await accounts.setRole(by(owner), { accountId, role: 'administrator' });
	});

	it('hands the server over to an administrator, and leaves one owner', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const accountId = await makeMember(house, ben);
		const { accounts } = house;
		await assert.rejects(accounts.handOverOwnership(by(owner), accountId), fault('access.not-allowed'));
		await accounts.setRole(by(owner), { accountId, role: 'administrator' });
		await assert.rejects(accounts.handOverOwnership({ accountId }, accountId), fault('access.not-allowed'));
		await accounts.handOverOwnership(by(owner), accountId);
		const roles = (await accounts.listPeople('machine', {})).people.map(({ role }) => role);
		assert.deepEqual(roles.sort(), ['administrator', 'owner']);
		await assert.rejects(accounts.handOverOwnership(by(owner), accountId), fault('access.not-allowed'));
	});

	it('ends every session of a deactivated person at once, keeps what is theirs, and lets them back', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const accountId = await makeMember(house, ben);
		const member = await signIn(house, ben);
		await house.accounts.deactivate(by(owner), accountId);
		assert.equal(await house.accounts.authority.resolveSession(member.token), null);
		await assert.rejects(signIn(house, ben), fault('accounts.credentials.wrong'));
		const kinds = await kindsOf(house, accountId);
		assert.ok(kinds.includes('account-deactivated') && kinds.includes('account-epoch-raised'));
		await house.accounts.reactivate(by(owner), accountId);
		assert.equal(await house.accounts.authority.resolveSession(member.token), null);
		assert.equal((await signIn(house, ben)).signed.person.accountId, accountId);
	});
});

describeOnBothEngines('a profile', { migrations: accountMigrations }, (open) => {
	it('changes its names, its language and its picture, all sealed', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const actor = actorOf(owner);
		const { accounts } = house;
		await accounts.updateProfile(actor, { displayName: 'Anna Livia', language: 'de' });
		await accounts.changeUsername(actor, 'Plurabelle');
		await accounts.setPicture(actor, { pictureId: 'picture0001', webp: Buffer.from('RIFFpicture') });
		const profile = await accounts.readProfile(actor);
		assert.equal(profile.person.displayName, 'Anna Livia');
		assert.equal(profile.person.username, 'Plurabelle');
		assert.equal(profile.language, 'de');
		assert.equal(Buffer.from(await accounts.readPicture(actor, 'picture0001')).toString(), 'RIFFpicture');
		const rows = [...(await everyRow(house)).values()].join();
		assert.doesNotMatch(rows, /Livia|Plurabelle|RIFF|UklGR/);
		await assert.rejects(signIn(house, anna), fault('accounts.credentials.wrong'));
		assert.ok(await signIn(house, { ...anna, username: 'plurabelle' }));
		await makeMember(house, anna);
		await assert.rejects(accounts.changeUsername(actor, 'ANNA'), fault('accounts.username.taken'));
		await accounts.removePicture(actor);
		const gone = accounts.readPicture(actor, 'picture0001');
		await assert.rejects(gone, fault('accounts.picture.absent'));
	});

	it('shows a picture to nobody else', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await makeMember(house, ben);
		const member = await signIn(house, ben);
		const picture = { pictureId: 'picture0001', webp: Buffer.from('RIFFpicture') };
		await house.accounts.setPicture(actorOf(owner), picture);
		const read = house.accounts.readPicture(actorOf(member), picture.pictureId);
		await assert.rejects(read, fault('accounts.picture.absent'));
	});
});

describeOnBothEngines('leaving', { migrations: accountMigrations }, (open) => {
	it('signs out everywhere, can be undone by the link once, and signs nobody in', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await makeMember(house, ben);
		const member = await signIn(house, ben);
		const { accounts, clock } = house;
		await assert.rejects(accounts.leave(actorOf(member), 'Anna'), fault('accounts.username.differs'));
		const { secret, deleteAfter } = await accounts.leave(actorOf(member), ' ben ');
		assert.equal(deleteAfter, clock.now() + 30 * dayMs);
		assert.equal(await accounts.authority.resolveSession(member.token), null);
		await assert.rejects(signIn(house, ben), fault('accounts.credentials.wrong'));
		await clock.advance(29 * dayMs);
		await accounts.sweep();
		const presses = await Promise.allSettled(Array.from({ length: 50 }, () => accounts.comeBack(secret)));
		assert.equal(presses.filter(({ status }) => status === 'fulfilled').length, 1);
		assert.ok(await signIn(house, ben));
	});

	it('is not undone by the link of an earlier leaving, nor when its time is over', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const accountId = await makeMember(house, ben);
		const { accounts, clock } = house;
		const { secret } = await accounts.leave(actorOf(await signIn(house, ben)), 'Ben');
		await accounts.keepPerson(by(owner), accountId);
		await accounts.deletePerson(by(owner), accountId);
		await assert.rejects(accounts.comeBack(secret), fault('accounts.link.invalid'));
		await clock.advance(30 * dayMs);
		const late = accounts.keepPerson(by(owner), accountId);
		await assert.rejects(late, fault('accounts.account.absent'));
	});

	it('is not for the owner', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await assert.rejects(house.accounts.leave(actorOf(owner), 'Anna'), fault('accounts.owner.stays'));
	});

	it('ends with nothing of the person but an opaque id in the log, and what they watched is forgotten first', async () => {
		const forgotten: string[] = [];
		const mailbox = openMailbox();
		await using house = await openHouse(open, shared.keeper, {
			mail: mailbox.transport,
			publicUrl: () => publicUrl,
			forgetViewer: async (viewerId) => {
				forgotten.push(viewerId);
			},
		});
		const owner = await makeOwner(house, anna);
		const { accounts, clock, db } = house;
		const { secret } = await accounts.invite(by(owner), terms);
		const joined = await join(house, secret, ben);
		const { accountId } = joined.signed.person;
		await accounts.setRole(by(owner), { accountId, role: 'administrator' });
		await accounts.invite({ accountId }, { ...terms, note: 'from Ben' });
		await accounts.setPicture(actorOf(joined), { pictureId: 'picture0002', webp: Buffer.from('RIFF') });
		await proveAddress(house, mailbox, joined, 'ben@example.org');
		await accounts.claimEmail(actorOf(joined), 'next@example.org', firefox);
		const { viewerId } = (await accounts.authority.resolveSession(joined.token))!;
		await accounts.leave(actorOf(joined), 'Ben');
		await clock.advance(30 * dayMs);
		await accounts.sweep();
		assert.deepEqual(forgotten, [viewerId]);
		const kept = await db.query.selectFrom('keyring').select('accountId').execute();
		assert.ok(!kept.some((row) => row.accountId === accountId), 'the wrapped key is gone');
		for (const [name, rows] of await everyRow(house)) {
			if (name !== 'securityEvent') assert.ok(!rows.includes(accountId), `${name} names the account`);
		}
		assert.equal((await kindsOf(house, accountId)).at(-1), 'account-deleted');
		await makeMember(house, ben);
		assert.ok(await signIn(house, ben), 'the name is free again');
	});
});
