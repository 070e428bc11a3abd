/** Adding a second factor: a fresh proof first, then the app's code or the browser's own window. */
import { finishPasskey, finishTotp, startPasskey, startTotp } from '@holdfast/contract/factors';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { makePasskeyFor, PasskeyDeclined } from '../../../accounts/passkeys.ts';
import { withStepUp } from '../../../accounts/step-up.tsx';
import { call } from '../../../api/client.ts';
import { whileRenewing } from '../../../api/live-events.ts';
import { queryKeys, sessionQuery } from '../../../api/queries.ts';
import { useSubmit } from '../../../app/use-submit.ts';

/** What the app is told, once. */
export interface StartedTotp {
	readonly flow: string;
	readonly otpauthUrl: string;
	readonly secret: string;
}

/** A factor raises what this account can show: what was read before is read anew. */
export const useFactorsChanged = () => {
	const client = useQueryClient();
	return async () => {
		for (const queryKey of [queryKeys.factors, queryKeys.sessions, queryKeys.session, queryKeys.activity])
			await client.invalidateQueries({ queryKey });
	};
};

/** The server may give this browser a new session, now that it can show more. */
export const finishAddingTotp = (flow: string, code: string, label: string) =>
	whileRenewing(() => withStepUp(() => call(finishTotp, { body: { flow, code, label } })));

const addPasskey = async (label: string) => {
	const { flow, options } = await withStepUp(() => call(startPasskey));
	const response = await makePasskeyFor(options);
	return whileRenewing(() => call(finishPasskey, { body: { flow, label, response: { ...response } } }));
};

export const useAdding = (onAdded: () => void) => {
	const client = useQueryClient();
	const changed = useFactorsChanged();
	const [started, setStarted] = useState<StartedTotp | null>(null);
	const totp = useSubmit(async () => setStarted(await withStepUp(() => call(startTotp))));
	const passkey = useSubmit(async () => {
		const { session } = await client.ensureQueryData(sessionQuery);
		try {
			await addPasskey(session.label);
		} catch (error) {
			if (error instanceof PasskeyDeclined) return;
			throw error;
		}
		await changed();
		onAdded();
	});
	return { totp, passkey, started, endTotp: () => setStarted(null) };
};
