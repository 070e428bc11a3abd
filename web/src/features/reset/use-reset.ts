/** Choosing a new password with some proof: what the form holds, and what each answer leads to. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ResetProof, resetPassword } from '../../accounts/credentials.ts';
import { isPasswordGoodEnough } from '../../accounts/password-strength.ts';
import { ApiFault } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { forgetLinkSecret } from '../../app/link-secret.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { leaveFarewell } from '../sign-in/farewell.tsx';

const isFault = (error: unknown, code: ApiFault['code']): boolean =>
	error instanceof ApiFault && error.code === code;

/** Ends at the sign-in page, which says what happened: a reset never signs in. */
const useEnd = () => {
	const navigate = useNavigate();
	const client = useQueryClient();
	return async (hasSignedOut: boolean) => {
		leaveFarewell(hasSignedOut ? 'password-reset-signed-out' : 'password-reset');
		client.removeQueries({ queryKey: queryKeys.session });
		await navigate({ to: '/sign-in', replace: true });
		forgetLinkSecret('reset');
	};
};

/** `proof` is null while a field that belongs to it is missing. */
export const useReset = (proof: ResetProof | null, names: readonly string[]) => {
	const end = useEnd();
	const [password, setPassword] = useState('');
	const [signOutDevices, setSignOutDevices] = useState(true);
	const [factorCode, setFactorCode] = useState('');
	const [asksFactor, setAsksFactor] = useState(false);
	const [isChecked, setIsChecked] = useState(false);
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (!proof || !(await isPasswordGoodEnough(password, names))) return;
		if (asksFactor && factorCode.trim() === '') return;
		try {
			const input = { proof, password, signOutDevices, factorCode: factorCode.trim() || null };
			await end((await resetPassword(input)).signedOutDevices);
		} catch (error) {
			if (!isFault(error, 'accounts.reset.factor-needed')) throw error;
			setAsksFactor(true);
		}
	});
	const fields = { password, setPassword, signOutDevices, setSignOutDevices, factorCode, setFactorCode };
	return { ...fields, asksFactor, isChecked, submit };
};

export type ResetState = ReturnType<typeof useReset>;
