/** A mail that is sent while somebody waits, to see whether mail works. */
import { Fault } from '#platform/fault.ts';
import type { Actor, Context } from '../context.ts';
import { findAccount } from '../account-store.ts';
import { openOwn } from '../sessions.ts';
import type { Sender } from './sender.ts';
import { problemTexts } from './problems.ts';

export interface TestMail {
	readonly isSent: boolean;
	/** For the administrator who asked. */
	readonly problem: string | null;
}

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'outbox' | 'attempts'> & {
	readonly sender: Sender | null;
};

const sendTo = async (
	needs: Needs,
	to: { readonly address: string; readonly accountId: string | null; readonly language: 'en' | 'de' | null },
): Promise<TestMail> => {
	if (!needs.sender) return { isSent: false, problem: problemTexts['not-configured'] };
	const { address, accountId, language } = to;
	const letter = await needs.outbox.prepare({
		template: 'test',
		to: address,
		accountId,
		language,
		mint: null,
	});
	await needs.db.transaction((tx) => needs.outbox.add(tx, letter));
	const delivery = await needs.sender.sendNow(letter.mailId);
	if (delivery?.state === 'sent') return { isSent: true, problem: null };
	return { isSent: false, problem: problemTexts[delivery?.problem ?? 'broken'] };
};

/** To the administrator's own proven address. @throws accounts.email.absent */
export const sendTestMail = async (
	needs: Needs,
	actor: Actor,
	client: { readonly address: string | null },
): Promise<TestMail> => {
	const { accountId } = actor;
	await needs.attempts.begin({ subject: `test-mail:${accountId}` }, client.address);
	const { seal } = await openOwn(needs, actor);
	const account = await findAccount(needs.db.query, accountId);
	if (!account?.email) throw new Fault('accounts.email.absent');
	const address = seal.open('account', 'email', account.email);
	return sendTo(needs, { address, accountId, language: account.language });
};

/** To any address, for somebody on the machine. */
export const sendTestMailFromMachine = (needs: Needs, address: string): Promise<TestMail> =>
	sendTo(needs, { address, accountId: null, language: null });
