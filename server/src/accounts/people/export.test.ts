/** The archive of a person: everything of theirs, nothing of anybody else's, and no secret. */
import assert from 'node:assert/strict';
import { after, before, it, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { zipOf } from '#platform/zip.ts';
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
import { openMailbox, proveAddress, publicUrl, terms } from '../../../tests/support/joining-people.ts';
import { accountMigrations, accountTables, type PersonExport } from '../index.ts';
import { exportedTables, leftOutTables } from './export-tables.ts';

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

const anna = { username: 'Anna', password: 'a long enough password' };
const ben = { username: 'Ben', password: 'another long password' };

/** Unpacks as any program would. */
const unpack = async ({ files }: Pick<PersonExport, 'files'>): Promise<Map<string, string>> => {
	const pieces: Buffer[] = [];
	for await (const piece of zipOf(files, 1_700_000_000_000)) pieces.push(piece as Buffer);
	const unzipped = unzipSync(Buffer.concat(pieces));
	return new Map(Object.entries(unzipped).map(([name, bytes]) => [name, strFromU8(bytes)]));
};

const namesAnAccount = /^(?:accountId|ownerId|inviterId)$/;

test('every table that names an account is in its archive or left out with a reason', () => {
	const known = new Set([...exportedTables.map(({ table }) => table), ...Object.keys(leftOutTables)]);
	for (const { name, columns } of accountTables) {
		if (Object.keys(columns).some((each) => namesAnAccount.test(each)))
			assert.ok(known.has(name), `${name} names an account: add it to export-tables.ts`);
	}
	for (const { table, person, order, without } of exportedTables) {
		const declared = accountTables.find(({ name }) => name === table);
		assert.ok(declared, `there is a table ${table}`);
		for (const column of [person, order, ...without])
			assert.ok(column in declared.columns, `${table} has a column ${column}`);
	}
});

describeOnBothEngines('an archive', { migrations: accountMigrations }, (open) => {
	it('holds what is the person’s own, opened, and no hash, key or secret', async () => {
		const mailbox = openMailbox();
		await using house = await openHouse(open, shared.keeper, {
			mail: mailbox.transport,
			publicUrl: () => publicUrl,
		});
		const owner = await makeOwner(house, anna);
		const actor = actorOf(owner);
		const { accounts } = house;
		await proveAddress(house, mailbox, owner, 'anna@example.org');
		await accounts.claimEmail(actor, 'next@example.org', firefox);
		await accounts.invite(actor, { ...terms, note: 'for the lodger' });
		await accounts.setPicture(actor, { pictureId: 'picture0001', webp: Buffer.from('RIFFpicture') });
		const files = await unpack(await accounts.exportOwn(actor));
		const read = (name: string): Record<string, unknown>[] => JSON.parse(files.get(`${name}.json`) ?? '');
		const [account] = read('account');
		assert.deepEqual(
			[account?.['username'], account?.['displayName'], account?.['email']],
			['Anna', 'Anna the owner', 'anna@example.org'],
		);
		assert.match(String(account?.['createdAt']), /^2023-11-14T/);
		assert.equal(read('address-to-be-proven')[0]?.['email'], 'next@example.org');
		assert.equal(read('invitations')[0]?.['note'], 'for the lodger');
		assert.equal(read('sessions')[0]?.['label'], 'Firefox on Linux');
		assert.ok(read('activity').some(({ kind }) => kind === 'account-exported'));
		assert.ok(read('mails').length > 0);
		assert.equal(files.get('picture.webp'), 'RIFFpicture');
		const all = [...files.values()].join('\n');
		for (const { name, columns } of accountTables) {
			for (const secret of ['hash', 'tokenHash', 'sessionMac', 'record', 'wrapped', 'usernameIndex']) {
				if (secret in columns) assert.ok(!all.includes(`"${secret}":`), `${name}.${secret} is not in it`);
			}
		}
		assert.ok(!all.includes(owner.token));
	});

	it('holds nothing of anybody else', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const accountId = await makeMember(house, ben);
		const member = await signIn(house, ben);
		await house.accounts.updateProfile(actorOf(owner), { displayName: 'Livia', language: null });
		const own = [...(await unpack(await house.accounts.exportOwn(actorOf(member)))).values()].join();
		assert.doesNotMatch(own, /Livia|Anna/);
		assert.ok(!own.includes(owner.signed.person.accountId));
		const stolen = { ...actorOf(member), accountId: owner.signed.person.accountId };
		await assert.rejects(house.accounts.exportOwn(stolen), { code: 'access.sign-in-needed' });
		const onMachine = await unpack(await house.accounts.exportOnMachine(accountId));
		assert.match(onMachine.get('account.json') ?? '', /"username":"Ben"/);
		await assert.rejects(house.accounts.exportOnMachine('nobodyHasThisId'), {
			code: 'accounts.account.absent',
		});
	});

	it('ends in the middle where its person is signed out', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const { files } = await house.accounts.exportOwn(actorOf(owner));
		await house.accounts.signOut(actorOf(owner));
		await assert.rejects(unpack({ files }), { code: 'access.sign-in-needed' });
	});
});
