/** Mail addresses: claimed, proven by their reader, and what they open, on both databases. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	firefox,
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
	proveAddress,
	publicUrl,
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

describeOnBothEngines('a mail address', { migrations: accountMigrations }, (open) => {
	const openWithMail = async () => {
		const mailbox = openMailbox();
		const house = await openHouse(open, shared.keeper, {
			mail: mailbox.transport,
			publicUrl: () => publicUrl,
		});
		return { mailbox, house };
	};

	it('becomes the person’s once the link is opened, by one of 50 presses, and the old one hears of it', async () => {
		const { mailbox, house: opened } = await openWithMail();
		await using house = opened;
		const owner = await makeOwner(house, anna);
		await proveAddress(house, mailbox, owner, 'anna@example.org');
		await house.accounts.claimEmail(actorOf(owner), 'Anna@new.example.org', firefox);
		const waiting = await house.accounts.readProfile(actorOf(owner));
		assert.deepEqual([waiting.email, waiting.pendingEmail], ['anna@example.org', 'anna@new.example.org']);
		await house.accounts.sendDueMail();
		const secret = mailbox.secretFor('anna@new.example.org');
		const presses = await Promise.allSettled(
			Array.from({ length: 50 }, () => house.accounts.verifyEmail(secret)),
		);
		assert.equal(presses.filter(({ status }) => status === 'fulfilled').length, 1);
		const proven = await house.accounts.readProfile(actorOf(owner));
		assert.deepEqual([proven.email, proven.pendingEmail], ['anna@new.example.org', null]);
		await house.accounts.sendDueMail();
		assert.ok(mailbox.mails.some(({ to, text }) => to === 'anna@example.org' && !/#/.test(text)));
	});

	it('of somebody else is told to whoever opens the link, and to nobody before', async () => {
		const { mailbox, house: opened } = await openWithMail();
		await using house = opened;
		const owner = await makeOwner(house, anna);
		await makeMember(house, ben);
		const member = await signIn(house, ben);
		await proveAddress(house, mailbox, owner, 'shared@example.org');
		await house.accounts.claimEmail(actorOf(member), 'shared@example.org', firefox);
		await house.accounts.sendDueMail();
		const opened_ = house.accounts.verifyEmail(mailbox.secretFor('shared@example.org'));
		await assert.rejects(opened_, fault('accounts.email.taken'));
		assert.equal((await house.accounts.readProfile(actorOf(member))).email, null);
	});

	it('is not proven by the link of an older claim, nor after signing out everywhere', async () => {
		const { mailbox, house: opened } = await openWithMail();
		await using house = opened;
		const owner = await makeOwner(house, anna);
		await house.accounts.claimEmail(actorOf(owner), 'first@example.org', firefox);
		await house.accounts.sendDueMail();
		const first = mailbox.secretFor('first@example.org');
		await house.accounts.claimEmail(actorOf(owner), 'second@example.org', firefox);
		await house.accounts.sendDueMail();
		await assert.rejects(house.accounts.verifyEmail(first), fault('accounts.link.invalid'));
		await house.accounts.signOutEverywhereOnMachine(by(owner).accountId);
		const second = mailbox.secretFor('second@example.org');
		await assert.rejects(house.accounts.verifyEmail(second), fault('accounts.link.invalid'));
	});

	it('is refused with the reason where no mail is sent, and where it is none', async () => {
		await using plain = await openHouse(open, shared.keeper);
		const owner = await makeOwner(plain, anna);
		const asked = plain.accounts.claimEmail(actorOf(owner), 'anna@example.org', firefox);
		await assert.rejects(asked, fault('accounts.mail.unconfigured'));
		const { house: opened } = await openWithMail();
		await using house = opened;
		const other = await makeOwner(house, anna);
		for (const typed of ['anna', 'anna@', 'a b@example.org', 'a@example.org\nbcc: b@example.org']) {
			const claimed = house.accounts.claimEmail(actorOf(other), typed, firefox);
			await assert.rejects(claimed, fault('accounts.email.invalid'), typed);
		}
	});

	it('opens registration only where mail is sent and somebody switched it on', async () => {
		const mailbox = openMailbox();
		await using house = await openHouse(open, shared.keeper, {
			mail: mailbox.transport,
			publicUrl: () => publicUrl,
			openRegistration: true,
		});
		const owner = await makeOwner(house, anna);
		await proveAddress(house, mailbox, owner, 'anna@example.org');
		for (const email of ['anna@example.org', 'ben@example.org'])
			assert.equal(await house.accounts.requestRegistration({ email, language: null }, firefox), undefined);
		await house.accounts.sendDueMail();
		const taken = mailbox.mails.filter(({ to }) => to === 'anna@example.org').at(-1);
		assert.doesNotMatch(taken?.text ?? '', /#/);
		const secret = mailbox.secretFor('ben@example.org');
		assert.equal((await house.accounts.lookAtJoinLink(secret)).kind, 'registration');
		const joined = await join(house, secret, ben);
		assert.equal(joined.signed.person.role, 'member');
		const { email } = await house.accounts.readProfile(actorOf(joined));
		assert.equal(email, 'ben@example.org');
		await assert.rejects(join(house, secret, cleo), fault('accounts.link.invalid'));
		const rows = [...(await everyRow(house)).values()].join();
		assert.doesNotMatch(rows, /example\.org/);
		await using closed = await openHouse(open, shared.keeper, { openRegistration: true });
		assert.equal(closed.accounts.isRegistrationOpen(), false);
		const asked = closed.accounts.requestRegistration({ email: 'a@example.org', language: null }, firefox);
		await assert.rejects(asked, fault('accounts.registration.closed'));
	});
});
