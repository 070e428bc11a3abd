/** Gathers what the policy asks about a sign-in, and asks it. */
import type { AccountSeal } from '../../keeper/index.ts';
import type { StoredAccount } from '../account-store.ts';
import type { ClientFacts, Context } from '../context.ts';
import { recognise, type RecognisedDevice } from '../devices/recognise.ts';
import type { Shown } from '../flows.ts';
import { levelOf } from '../methods.ts';
import { decide, type Decision } from './policy.ts';

/** What the policy says, and the device that it says it of. */
export interface Weighed extends Decision {
	readonly device: RecognisedDevice;
	/** Its name, where a database of places knows it. */
	readonly place: string | null;
}

export const weigh = async (
	needs: Pick<Context, 'db' | 'clock' | 'places' | 'breachStates' | 'outbox'>,
	opened: { readonly account: StoredAccount; readonly seal: AccountSeal },
	shown: Shown,
	client: ClientFacts,
): Promise<Weighed> => {
	const { device, seen } = await recognise(needs, opened, client);
	const decision = decide({
		...seen,
		now: needs.clock.now(),
		failures: shown.failures ?? 0,
		breachState: await needs.breachStates.get(),
		level: levelOf(shown.methods),
		canMailCode: !(shown.hasShownCode ?? false) && needs.outbox.isConfigured && opened.account.email !== null,
	});
	return { ...decision, device, place: device.place?.name ?? null };
};
