/** Which of the events of one transaction a person is told of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticeFor } from './notices.ts';

describe('notices', () => {
	const accountId = 'a';
	it('tell one thing of a transaction, the weightiest', () => {
		const reset = [
			{ kind: 'credential-changed', cause: 'password-reset', accountId },
			{ kind: 'account-epoch-raised', cause: 'password-reset', accountId },
		] as const;
		assert.equal(noticeFor(reset), 'notice-password-reset');
		const byCode = [{ kind: 'recovery-code-used', cause: 'password-reset', accountId } as const, ...reset];
		assert.equal(noticeFor(byCode), 'notice-password-reset-by-code');
	});

	it('tell nothing of what its person sees anyway', () => {
		assert.equal(noticeFor([{ kind: 'signed-in', cause: 'sign-in', accountId }]), null);
		assert.equal(noticeFor([{ kind: 'session-ended', cause: 'sign-out', accountId }]), null);
		const made = { kind: 'account-made', cause: 'invitation', accountId } as const;
		assert.equal(noticeFor([made, { kind: 'email-changed', cause: 'invitation', accountId }]), null);
	});

	it('tell of a new device, and of a sign-in that was unusual in another way', () => {
		const signedIn = { kind: 'signed-in', cause: 'sign-in', accountId } as const;
		assert.equal(noticeFor([{ ...signedIn, reasons: ['new-device'] }]), 'notice-new-device');
		assert.equal(noticeFor([{ ...signedIn, reasons: ['new-place'] }]), 'notice-unusual-sign-in');
	});
});
