/** What the program prints at its most talkative, while secrets of every kind pass through it: none of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as people from '@holdfast/contract/people';
import { makeAppPassword } from '@holdfast/contract/provider';
import * as recovery from '@holdfast/contract/recovery';
import { beginRegistration } from '../support/house.ts';
import { makeFolders, startProgram } from '../support/program.ts';
import { beginResetOver } from '../support/resetting.ts';
import { openSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { type Browser, makeOwner, openBrowser, ownerNamed, signIn } from '../support/whole-server.ts';

const email = 'quiet.reader@example.org';
const nextPassword = 'the next password, as long as it is secret';
const invited = { username: 'invited-person', password: 'a password of the invited person' };

/** The secret of the link in the next mail that has one; notices come in between. */
const linked = async (sink: SmtpSink): Promise<string> => {
	for (let mails = 0; mails < 10; mails += 1) {
		const secret = /#([A-Za-z0-9_-]{16,})/u.exec((await sink.next(email)).text)?.[1];
		if (secret !== undefined) return secret;
	}
	throw new Error('no mail with a link');
};

const join = async (browser: Browser, secret: string): Promise<void> => {
	const { registrationRequest, finish } = beginRegistration(invited.password);
	const { username } = invited;
	const started = await browser.call(people.startJoining, {
		body: { secret, username, registrationRequest },
	});
	const registrationRecord = finish(started.registrationResponse);
	const { flow } = started;
	const body = { flow, secret, username, displayName: username, registrationRecord, language: null };
	await browser.call(people.finishJoining, { body });
};

/** Everything that must not be printed, gathered while it passes. */
const passSecrets = async (url: string, setupCode: string, sink: SmtpSink): Promise<string[]> => {
	const owner = openBrowser(url);
	await makeOwner({ running: { setupCode } }, owner);
	const secrets = [ownerNamed.password, ownerNamed.username, nextPassword, email, ...Object.values(invited)];
	await owner.call(people.setEmail, { body: { email } });
	const verification = await linked(sink);
	await openBrowser(url).call(people.verifyEmail, { body: { secret: verification } });
	const terms = { note: 'for somebody quiet', lifetimeHours: 1, email: null, language: null } as const;
	const invitation = await owner.call(people.invite, { body: { role: 'member', ...terms } });
	await join(openBrowser(url), invitation.secret);
	const body = { label: 'a quiet app', kind: 'hashed', days: 30 } as const;
	const app = await owner.call(makeAppPassword, { body });
	await openBrowser(url).call(recovery.requestReset, { body: { email } });
	const reset = await linked(sink);
	const finish = await beginResetOver(openBrowser(url), { kind: 'link', secret: reset }, nextPassword);
	await finish();
	const again = openBrowser(url);
	await assert.rejects(signIn(again, ownerNamed));
	await signIn(again, { ...ownerNamed, password: nextPassword });
	for (const path of ['/api/session', '/api/activity', '/api/nothing', '/reset'])
		await (await again.fetch(path)).arrayBuffer();
	await again.call(accounts.signOutEverywhere, { body: { keepThis: false } });
	const cookies = [owner.cookie, owner.deviceCookie, again.deviceCookie].flatMap((cookie) => cookie ?? []);
	const values = cookies.map((cookie) => cookie.slice(cookie.indexOf('=') + 1));
	return [...secrets, verification, invitation.secret, reset, app.password, ...values];
};

test('nothing of a person and no secret is printed, however much the program tells', async () => {
	await using folders = await makeFolders();
	await using sink = await openSmtpSink();
	const program = startProgram(folders, {
		...sink.env,
		HOLDFAST_LOG_LEVEL: 'debug',
		HOLDFAST_PUBLIC_URL: 'http://films.home.arpa',
	});
	const [, url = ''] = await program.line(/ready: (\S+)/u);
	const [, setupCode = ''] = await program.line(/Set-up code: (\S+)/u);
	const secrets = await passSecrets(url, setupCode, sink).finally(() => program.child.kill('SIGTERM'));
	const { stdout, stderr } = await program.ended;
	const printed = `${stdout}\n${stderr}`.replaceAll(setupCode, '');
	assert.ok(secrets.length >= 11);
	for (const secret of secrets) {
		const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
		for (const form of forms) assert.ok(!printed.includes(form), `${form} was printed`);
	}
	if (program.child.exitCode === null) await once(program.child, 'exit');
});
