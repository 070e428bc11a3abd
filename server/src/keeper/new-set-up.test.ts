/** Rotating the OPAQUE set-up on a stopped machine: who was there stays, who comes back is asked to move. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ready } from '@serenity-kit/opaque';
import { createOpaqueClient, lightStretching } from '../../tests/support/opaque-client.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { KeysUnusable, renewSetUp, startKeeper, type Keeper } from './index.ts';

const client = createOpaqueClient({ stretching: lightStretching });
const password = 'correct horse battery staple';

const register = async (keeper: Keeper, credentialId: string) => {
	const { state, registrationRequest } = client.startRegistration(password);
	const answer = await keeper.evaluate.startRegistration({ credentialId, registrationRequest });
	const { registrationRecord } = client.finishRegistration(state, answer.registrationResponse);
	return { setupId: answer.setupId, record: registrationRecord };
};

const signIn = async (keeper: Keeper, record: Awaited<ReturnType<typeof register>>) => {
	const { state, startLoginRequest } = client.startLogin(password);
	const known = { credentialId: 'credential-anna', accountId: 'account-anna', record };
	const started = await keeper.evaluate.startSignIn({ known, unknownKey: 'anna', startLoginRequest });
	const finished = client.finishLogin(state, started.loginResponse);
	assert.ok(finished);
	const { finishLoginRequest } = finished;
	return keeper.evaluate.finishSignIn({ sealedState: started.sealedState, finishLoginRequest });
};

test('a new set-up keeps those before it, and asks who signs in under one of them to move', async () => {
	await ready;
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-set-up-'));
	const folders = { keysFolder: join(folder, 'keys'), sealedCopyFolder: join(folder, 'data') };
	const open = () =>
		startKeeper({ log: silentLog, clock: systemClock, ...folders, dataFolder: folders.sealedCopyFolder });
	try {
		await assert.rejects(renewSetUp({ ...folders, nowMs: 1 }), KeysUnusable);
		let before: Awaited<ReturnType<typeof register>>;
		{
			await using keeper = open();
			await keeper.ready();
			before = await register(keeper, 'credential-anna');
			assert.equal((await signIn(keeper, before))?.mustReregister, false);
		}
		const id = await renewSetUp({ ...folders, nowMs: systemClock.now() });
		await using keeper = open();
		await keeper.ready();
		assert.equal((await keeper.report()).setupId, id);
		assert.equal((await signIn(keeper, before))?.mustReregister, true);
		const after = await register(keeper, 'credential-anna');
		assert.equal(after.setupId, id);
		assert.equal((await signIn(keeper, after))?.mustReregister, false);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
