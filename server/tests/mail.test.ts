/** Mail: what goes out, when, how often, and what the rows say meanwhile, against a real mail server. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { accountMigrations } from '../src/accounts/index.ts';
import { createSealer } from '../src/keeper/index.ts';
import { systemClock } from '../src/platform/clock.ts';
import { isFault } from '../src/platform/fault.ts';
import { describeOnBothEngines } from './support/databases.ts';
import { isSignedRight } from './support/dkim.ts';
import {
	actorOf,
	changePassword,
	firefox,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from './support/house.ts';
import { askForReset, openPostedHouse, proveEmail } from './support/posted-house.ts';
import { secretOf } from './support/smtp-sink.ts';

const anna = { username: 'anna', password: 'correct horse battery staple' };
const email = 'anna@example.org';
const minuteMs = 60_000;

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

describeOnBothEngines('a letter', { migrations: accountMigrations }, (open) => {
	it('says what it says in text and in HTML, fetches nothing, and has one link of the public address', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await askForReset(house, 'ANNA@example.org');
		const [mail] = house.sink.mails;
		assert.ok(mail);
		assert.deepEqual(mail.to, [email]);
		assert.equal(mail.from, 'holdfast@home.example');
		assert.equal(mail.subject, 'Choose a new password');
		assert.match(mail.text, /^https:\/\/films\.example\/reset#[\w-]{43}$/mu);
		assert.equal(mail.html.match(/href="/gu)?.length, 1);
		assert.ok(mail.html.includes(`href="https://films.example/reset#${secretOf(mail)}"`));
		assert.doesNotMatch(mail.html, /<(?:img|link|script|iframe|object|form)\b|url\(|@import|src=|\son\w+=/iu);
		assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
		assert.match(mail.headers.get('message-id') ?? '', /^<[\w-]+@home\.example>$/u);
		assert.match(mail.headers.get('date') ?? '', /^\w{3}, \d{1,2} \w{3} \d{4} /u);
		assert.equal(mail.headers.get('content-language'), 'en');
		assert.doesNotMatch(mail.raw, /list-unsubscribe/iu);
	});

	it('is in the language of its person', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await house.db.query.updateTable('account').set({ language: 'de' }).execute();
		await askForReset(house, email);
		assert.equal(house.sink.mails[0]?.subject, 'Neues Passwort wählen');
		assert.match(house.sink.mails[0]?.html ?? '', /<html lang="de">/u);
		assert.match(house.sink.mails[0]?.text ?? '', /hoffentlich du, hat ein neues Passwort für/u);
	});

	it('lies in its row without a secret and without a readable address, and empty once it is sent', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await house.accounts.requestReset({ email }, firefox);
		const before = await house.db.query
			.selectFrom('mail')
			.selectAll()
			.where('state', '=', 'waiting')
			.execute();
		assert.equal(before.length, 1);
		assert.ok(before[0]?.address && before[0].wrapped && before[0].mint);
		assert.doesNotMatch(Buffer.from(before[0].address).toString('latin1'), /anna|example/u);
		assert.doesNotMatch(JSON.stringify(before), /anna|example\.org/u);
		assert.equal(
			(await house.db.query.selectFrom('token').selectAll().where('purpose', '=', 'password-reset').execute())
				.length,
			0,
		);
		await house.accounts.sendDueMail();
		const [after] = await house.db.query
			.selectFrom('mail')
			.selectAll()
			.where('template', '=', 'password-reset')
			.execute();
		assert.equal(after?.state, 'sent');
		assert.deepEqual([after?.address, after?.wrapped, after?.mint], [null, null, null]);
		const secret = secretOf(house.sink.mails[0]!);
		const tokens = await house.db.query.selectFrom('token').selectAll().execute();
		assert.ok(!JSON.stringify([after, tokens]).includes(secret));
	});

	it('costs no metered opening, since it opens nothing of a person', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const earlier = (await shared.keeper.report()).meteredOpeningsLastHour;
		await askForReset(house, email);
		assert.equal((await shared.keeper.report()).meteredOpeningsLastHour, earlier);
	});

	it('waits for a public address rather than be made of something else', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		house.publicUrl = null;
		await house.accounts.requestReset({ email }, firefox);
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.length, 0);
		const outbox = await house.accounts.readOutbox();
		assert.equal(outbox.mails[0]?.state, 'held');
		assert.match(outbox.lastError ?? '', /public address/u);
		house.publicUrl = 'https://films.example';
		await house.clock.advance(minuteMs);
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.length, 1);
	});

	it('is held where no mail server is configured, and nothing breaks', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		assert.deepEqual(await house.accounts.requestReset({ email }, firefox), { canMail: false });
		const outbox = await house.accounts.readOutbox();
		assert.equal(outbox.isConfigured, false);
		assert.deepEqual(await house.accounts.sendTestMailFromMachine(email), {
			isSent: false,
			problem: 'No mail server is configured.',
		});
		assert.equal(await house.accounts.sendDueMail(), 0);
	});

	it('bombs nobody: five an hour to one address, and the answer stays the same', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const answers = [];
		for (let index = 0; index < 12; index += 1) {
			answers.push(await house.accounts.requestReset({ email }, firefox));
			await house.clock.advance(1_000);
		}
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.length, 5);
		assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
		await house.clock.advance(60 * minuteMs);
		await askForReset(house, email);
		assert.equal(house.sink.mails.length, 6);
	});
});

describeOnBothEngines('sending', { migrations: accountMigrations }, (open) => {
	it('tries again with longer and longer pauses, under the same message id, and the newest link holds', async () => {
		let isBusy = true;
		const seen: string[] = [];
		await using house = await openPostedHouse(open, shared.keeper, {
			refuse: ({ stage }) => (isBusy && stage === 'message' && seen.push(stage) ? '451 try later' : null),
		});
		const owner = await makeOwner(house, anna);
		isBusy = false;
		await proveEmail(house, owner, email);
		isBusy = true;
		await house.accounts.requestReset({ email }, firefox);
		await house.accounts.sendDueMail();
		assert.equal(seen.length, 1);
		await house.clock.advance(14_000);
		await house.accounts.sendDueMail();
		assert.equal(seen.length, 1, 'not before its pause is over');
		await house.clock.advance(1_000);
		await house.accounts.sendDueMail();
		assert.equal(seen.length, 2);
		const { mails, lastError } = await house.accounts.readOutbox();
		assert.deepEqual(
			[mails[0]?.state, mails[0]?.tries, mails[0]?.problem],
			['waiting', 2, 'message-refused'],
		);
		assert.match(lastError ?? '', /refused the message/u);
		isBusy = false;
		await house.clock.advance(30_000);
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.length, 1);
		const tokens = await house.db.query
			.selectFrom('token')
			.selectAll()
			.where('purpose', '=', 'password-reset')
			.execute();
		assert.equal(tokens.length, 1, 'each try took the place of the one before');
	});

	it('gives up on an address that the mail server refuses for good', async () => {
		await using house = await openPostedHouse(open, shared.keeper, {
			refuse: ({ stage, to }) =>
				stage === 'address' && to.startsWith('gone') ? '550 no such mailbox' : null,
		});
		const result = await house.accounts.sendTestMailFromMachine('gone@example.org');
		assert.deepEqual(result, { isSent: false, problem: 'The mail server refused the address.' });
		const row = await house.db.query.selectFrom('mail').selectAll().executeTakeFirstOrThrow();
		assert.deepEqual([row.state, row.address, row.wrapped], ['failed', null, null]);
	});

	it('hands each mail over once, however many senders look at once', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		for (let index = 0; index < 5; index += 1) {
			await house.accounts
				.requestRegistration({ email: 'x@example.org', language: null }, firefox)
				.catch(() => {});
		}
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		for (let index = 0; index < 4; index += 1) await house.accounts.requestReset({ email }, firefox);
		await Promise.all(Array.from({ length: 8 }, () => house.accounts.sendDueMail()));
		assert.equal(house.sink.mails.length, 4);
		assert.equal(new Set(house.sink.mails.map(({ headers }) => headers.get('message-id'))).size, 4);
	});

	it('leaves a mail that is being sent to its sender, and takes it over once the lease is over', async () => {
		let release = (): void => {};
		const stuck = new Promise<void>((resolve) => {
			release = resolve;
		});
		let isStuck = false;
		let hasCome = false;
		await using house = await openPostedHouse(open, shared.keeper, {
			beforeTaking: () => {
				if (!isStuck) return Promise.resolve();
				hasCome = true;
				return stuck;
			},
		});
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		isStuck = true;
		await house.accounts.requestReset({ email }, firefox);
		const first = house.accounts.sendDueMail();
		const isHandedOver = (): boolean => hasCome;
		while (!isHandedOver()) await systemClock.sleep(5);
		assert.equal(await house.accounts.sendDueMail(), 0);
		// What a process leaves that ended in the middle: the row stays claimed until its lease is over.
		await house.clock.advance(5 * minuteMs + 1);
		isStuck = false;
		assert.equal(await house.accounts.sendDueMail(), 1);
		const [taken] = house.sink.mails;
		assert.ok(taken);
		release();
		await first;
		assert.equal(house.sink.mails.length, 2, 'the window that SMTP leaves open');
		const ids = house.sink.mails.map(({ headers }) => headers.get('message-id'));
		assert.equal(ids[0], ids[1]);
		const row = await house.db.query
			.selectFrom('mail')
			.selectAll()
			.where('template', '=', 'password-reset')
			.executeTakeFirstOrThrow();
		assert.deepEqual([row.state, row.tries], ['sent', 2]);
	});

	it('drops a mail that could not be sent while it was worth it', async () => {
		await using house = await openPostedHouse(open, shared.keeper, { refuse: () => '451 never today' });
		await makeOwner(house, anna);
		await house.accounts.sendTestMailFromMachine(email);
		await house.clock.advance(61 * minuteMs);
		await house.accounts.sweep();
		const row = await house.db.query.selectFrom('mail').selectAll().executeTakeFirstOrThrow();
		assert.deepEqual([row.state, row.problem, row.address], ['failed', 'too-late', null]);
	});

	it('says which part of the way does not work, and never what the mail server said', async () => {
		await using house = await openPostedHouse(open, shared.keeper, {
			mail: { security: 'starttls' },
		});
		const noTls = await house.accounts.sendTestMailFromMachine(email);
		assert.equal(noTls.problem, 'No secure connection to the mail server could be made.');
		await using away = await openPostedHouse(open, shared.keeper, { mail: { port: 1 } });
		const result = await away.accounts.sendTestMailFromMachine(email);
		assert.equal(result.problem, 'The mail server cannot be reached.');
	});

	it('signs in where it is told to, and says so where that is refused', async () => {
		const smtp = {
			authOptional: false,
			allowInsecureAuth: true,
			disabledCommands: ['STARTTLS'],
			onAuth: ((auth, _session, done) => {
				const isRight = auth.username === 'us' && auth.password === 'right';
				done(isRight ? null : new Error('no'), isRight ? { user: 'us' } : undefined);
			}) satisfies SMTPServerOptions['onAuth'],
		};
		for (const [password, problem] of [
			['right', null],
			['wrong', 'The mail server refused the user name or password.'],
		] as const) {
			const signingIn = { user: 'us', password };
			await using house = await openPostedHouse(open, shared.keeper, { smtp, mail: { signIn: signingIn } });
			assert.equal((await house.accounts.sendTestMailFromMachine(email)).problem, problem);
		}
	});

	it('signs with DKIM where a key is given, over headers and body', async () => {
		const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		await using house = await openPostedHouse(open, shared.keeper, {
			mail: { dkim: { keyFile: '', domain: 'home.example', selector: 'holdfast' } },
			dkimKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		});
		assert.equal((await house.accounts.sendTestMailFromMachine(email)).isSent, true);
		const raw = house.sink.mails[0]?.raw ?? '';
		assert.match(raw, /d=home\.example/u);
		assert.ok(isSignedRight(raw, publicKey));
		assert.ok(!isSignedRight(raw.replace('Mail works', 'Mail worked'), publicKey));
		assert.ok(!isSignedRight(raw.replace(/^Subject: /mu, 'Subject: Re: '), publicKey));
	});
});

describeOnBothEngines('a notice', { migrations: accountMigrations }, (open) => {
	it('follows from what happened, once, without a link', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await changePassword(house, owner, {
			from: anna.password,
			to: 'another long password',
			signOutEverywhere: true,
		});
		await house.accounts.sendDueMail();
		assert.deepEqual(
			house.sink.mails.map(({ subject, to }) => [subject, to[0]]),
			[['Your password was changed', email]],
		);
		assert.doesNotMatch(house.sink.mails[0]!.raw, /https?:/u);
	});

	it('goes to nobody without a proven address, and not at all where the change did not happen', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const change = { from: anna.password, to: 'another long password', signOutEverywhere: false };
		await changePassword(house, owner, change);
		const wrong = changePassword(house, owner, change);
		await assert.rejects(wrong);
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.length, 0);
		assert.equal((await house.db.query.selectFrom('mail').selectAll().execute()).length, 0);
	});

	it('of a changed address goes to the old one too', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await house.accounts.claimEmail(actorOf(owner), 'new@example.org', firefox);
		await house.accounts.sendDueMail();
		await house.accounts.verifyEmail(secretOf(house.sink.mails[0]!));
		house.sink.mails.length = 0;
		await house.accounts.sendDueMail();
		const told = house.sink.mails.map(({ to, subject }) => [to[0], subject]).sort();
		const subject = 'Your mail address was changed';
		assert.deepEqual(told, [
			[email, subject],
			['new@example.org', subject],
		]);
	});

	it('floods nobody', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		let present = anna.password;
		let signedIn = owner;
		for (let index = 0; index < 15; index += 1) {
			const to = `long password number ${index}`;
			await changePassword(house, signedIn, { from: present, to, signOutEverywhere: true });
			present = to;
			signedIn = await signIn(house, { ...anna, password: present });
		}
		await house.accounts.sendDueMail();
		assert.ok(house.sink.mails.length <= 12, `${house.sink.mails.length} notices`);
	});
});

describeOnBothEngines('the number of a mail', { migrations: accountMigrations }, (open) => {
	it('tells the person it was for what it was, and everybody else nothing', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const eve = { username: 'eve', password: 'eavesdropping is easy' };
		await makeMember(house, eve);
		const other = await signIn(house, eve);
		await askForReset(house, email);
		const number = /Mail number: ([0-9A-Z-]{19})/u.exec(house.sink.mails[0]!.text)?.[1] ?? '';
		const own = await house.accounts.checkMail(
			actorOf(owner),
			number.toLowerCase().replaceAll('-', ' '),
			firefox,
		);
		assert.deepEqual([own.wasOurs, own.subject], [true, 'Choose a new password']);
		const nothing = { wasOurs: false, subject: null, sentAt: null };
		assert.deepEqual(await house.accounts.checkMail(actorOf(other), number, firefox), nothing);
		assert.deepEqual(await house.accounts.checkMail(actorOf(owner), 'BBBB-BBBB-BBBB-BBBB', firefox), nothing);
		const listed = await house.accounts.listMyMails(actorOf(owner));
		assert.ok(listed.some((mail) => mail.mailNumber === number && mail.state === 'sent'));
		assert.deepEqual(await house.accounts.listMyMails(actorOf(other)), []);
	});

	it('a test mail goes to the proven address of whoever asks, and nowhere without one', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const asking = house.accounts.sendTestMail(actorOf(owner), firefox);
		await assert.rejects(asking, (error) => isFault(error, 'accounts.email.absent'));
		await proveEmail(house, owner, email);
		const sent = await house.accounts.sendTestMail(actorOf(owner), firefox);
		assert.deepEqual([sent.isSent, house.sink.mails[0]?.to[0]], [true, email]);
	});

	it('administrators see what waits, and neither addresses nor secrets', async () => {
		await using house = await openPostedHouse(open, shared.keeper, { refuse: () => `451 ${email} is busy` });
		await makeOwner(house, anna);
		await house.accounts.sendTestMailFromMachine(email);
		const outbox = await house.accounts.readOutbox();
		assert.deepEqual([outbox.waiting, outbox.failed, outbox.mails.length], [1, 0, 1]);
		assert.doesNotMatch(JSON.stringify(outbox), /anna|example|busy/u);
	});
});

describe('the sealed address of a mail', () => {
	it('opens for its mail alone', async () => {
		using sealer = createSealer({ keeper: shared.keeper, clock: systemClock });
		const { wrapped, sealed } = await sealer.sealForMail('mail-a', email);
		assert.deepEqual(await sealer.openMails([{ mailId: 'mail-a', wrapped, sealed }]), [email]);
		await assert.rejects(sealer.openMails([{ mailId: 'mail-b', wrapped, sealed }]));
	});
});
