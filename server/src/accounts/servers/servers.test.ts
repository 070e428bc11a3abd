/** Bounds of what one account and one server may hold, on both databases. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { toJson } from '#platform/db/types.ts';
import { isFault } from '#platform/fault.ts';
import { newId, newSecret } from '#platform/ids.ts';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	firefox,
	makeOwner,
	openHouse,
	openTestKeeper,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { claimHashOf, sealDetails } from '../../access/far/claim-details.ts';
import { accountMigrations } from '../index.ts';
import { claimIndexOf } from './claim-code.ts';

const withCode = (code: string) => (error: unknown) => isFault(error) && error.code === code;
const ada = { username: 'ada', password: 'correct horse battery staple' };
const code = 'H7KQ2MXW9RTD';

describeOnBothEngines('media servers of an account', { migrations: accountMigrations }, (open) => {
	let keys: TestKeeper;
	before(async () => {
		keys = await openTestKeeper();
	});
	after(() => keys[Symbol.asyncDispose]());

	const openClaimed = async () => {
		const house = await openHouse(open, keys.keeper);
		const actor = actorOf(await makeOwner(house, ada));
		const show = async (): Promise<void> => {
			const row = {
				...{ keyName: newSecret(), publicKey: newSecret(), redirects: toJson<readonly string[]>([]) },
				codeIndex: await claimIndexOf(keys, claimHashOf(code)),
				details: sealDetails(code, { name: 'Attic', addresses: ['http://192.168.1.9:8420'] }),
				expiresAt: house.clock.now() + 60_000,
			};
			await house.db.query.insertInto('serverClaim').values(row).execute();
		};
		await show();
		const server = await house.accounts.claimServer(actor, { code, name: 'Attic' }, firefox);
		return { house, actor, show, server };
	};

	it('are a hundred at most', async () => {
		const { house, actor, show, server } = await openClaimed();
		await using _closing = house;
		const { serverId } = server;
		const table = house.db.query.selectFrom('mediaServer').selectAll();
		const row = await table.where('serverId', '=', serverId).executeTakeFirstOrThrow();
		for (let count = 1; count < 100; count += 1) {
			const other = { ...row, serverId: newId(count), keyName: newSecret() };
			await house.db.query.insertInto('mediaServer').values(other).execute();
		}
		await show();
		const claiming = house.accounts.claimServer(actor, { code, name: 'One more' }, firefox);
		await assert.rejects(claiming, withCode('servers.too-many'));
	});

	it('let in two hundred people at most, whoever they are', async () => {
		const { house, actor, server } = await openClaimed();
		await using _closing = house;
		const { serverId } = server;
		const guest = { serverId, role: 'guest', isHousehold: false } as const;
		const invite = (who: string) => house.accounts.inviteToServer(actor, { ...guest, who });
		for (let count = 0; count < 200; count += 1) await invite(`nobody ${count}`);
		await assert.rejects(invite('one more'), withCode('servers.people.too-many'));
		assert.equal((await house.accounts.listServerPeople(actor, { serverId })).length, 200);
	});

	it('lie in the database without their names, addresses or whom they let in', async () => {
		const { house, actor, server } = await openClaimed();
		await using _closing = house;
		const input = {
			serverId: server.serverId,
			who: 'ben@example.org',
			role: 'member',
			isHousehold: true,
		} as const;
		await house.accounts.inviteToServer(actor, input);
		const rows = [
			...(await house.db.query.selectFrom('mediaServer').selectAll().execute()),
			...(await house.db.query.selectFrom('serverGrant').selectAll().execute()),
		];
		const text = rows
			.flatMap((row) => Object.values(row))
			.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
			.join('\n');
		assert.doesNotMatch(text, /Attic|192\.168|ben@|example/);
	});
});
