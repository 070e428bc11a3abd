/**
 * Making an account without an invitation: only where mail works and an administrator opened it. A stranger
 * learns nothing; whoever reads the mail does.
 */
import type { Language } from '@holdfast/contract/people';
import type { Sealed } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import type { ClientFacts, Context } from '../context.ts';
import { acceptAddress } from '../mail/address.ts';
import { openServerSeal } from '../server-seal.ts';

/** The address as the flow of a registration carries it. */
export interface ProvenAddress {
	readonly emailIndex: string;
	/** Sealed under the server's own key, base64url: nobody has an account yet. */
	readonly address: string;
}

type Needs = Pick<
	Context,
	'db' | 'clock' | 'keeper' | 'sealer' | 'serverId' | 'attempts' | 'outbox' | 'openRegistration'
>;

/** Whether anybody may ask for an account. */
export const isRegistrationOpen = ({
	outbox,
	openRegistration,
}: Pick<Context, 'outbox' | 'openRegistration'>): boolean => openRegistration && outbox.isConfigured;

const sealAddress = async (needs: Needs, address: string): Promise<string> => {
	const seal = await openServerSeal(needs);
	return Buffer.from(seal.seal('token', 'payload', address)).toString('base64url');
};

export const openProvenAddress = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>,
	{ address }: ProvenAddress,
): Promise<string> => {
	const seal = await openServerSeal(needs);
	return seal.open('token', 'payload', Buffer.from(address, 'base64url') as Uint8Array as Sealed);
};

/**
 * Writes to an address: a link to join, or to its owner that somebody tried. The same work and the same
 * answer for both.
 *
 * @throws accounts.registration.closed, accounts.email.invalid
 */
export const requestRegistration = async (
	needs: Needs,
	input: { readonly email: string; readonly language: Language | null },
	client: Pick<ClientFacts, 'address'>,
): Promise<void> => {
	if (!isRegistrationOpen(needs)) throw new Fault('accounts.registration.closed');
	const address = acceptAddress(input.email);
	if (address === null) throw new Fault('accounts.email.invalid');
	const [emailIndex] = await needs.keeper.blindIndex('email', [address]);
	await needs.attempts.begin({ subject: `registration:${emailIndex}`, lane: null }, client.address);
	const payload = { emailIndex: emailIndex!, address: await sealAddress(needs, address) };
	const owner = await needs.db.query
		.selectFrom('account')
		.select(['accountId', 'language'])
		.where('emailIndex', '=', emailIndex!)
		.executeTakeFirst();
	const letter = await needs.outbox.prepare({
		template: owner ? 'registration-taken' : 'registration',
		to: address,
		accountId: owner?.accountId ?? null,
		language: owner?.language ?? input.language,
		mint: owner ? null : { purpose: 'registration', payload },
	});
	await needs.db.transaction((tx) => needs.outbox.add(tx, letter));
};
