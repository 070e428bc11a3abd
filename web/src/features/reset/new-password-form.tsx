/** The new password, what becomes of the devices, and a second factor where one is asked for. */
import type { ReactNode } from 'react';
import { NewPasswordField } from '../../accounts/new-password-field.tsx';
import { ApiFault } from '../../api/client.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { ResetState } from './use-reset.ts';

export interface NewPasswordFormProps {
	readonly reset: ResetState;
	readonly names: readonly string[];
	/** Stands above the password: the fields of the proof. */
	readonly children?: ReactNode;
}

function FactorCode({ reset, fault }: { readonly reset: ResetState; readonly fault: string | null }) {
	const text = useText();
	const isMissing = reset.isChecked && reset.factorCode.trim() === '';
	return (
		<div className="code-text">
			<TextField
				label={text('reset.factor')}
				note={text('reset.factor.note')}
				name="one-time-code"
				autoComplete="one-time-code"
				spellCheck="false"
				value={reset.factorCode}
				onChange={reset.setFactorCode}
				fault={fault ?? (isMissing ? text('sign-in.required') : null)}
				autoFocus
				isRequired
			/>
		</div>
	);
}

export function NewPasswordForm({ reset, names, children }: NewPasswordFormProps) {
	const text = useText();
	const faultText = useFaultText();
	const { error, isPending, onSubmit } = reset.submit;
	const isFactorFault = error instanceof ApiFault && error.code === 'accounts.factor.wrong';
	return (
		<form className="gate-form" method="post" action="/reset" onSubmit={onSubmit} noValidate>
			{children}
			<NewPasswordField
				label={text('password.new')}
				value={reset.password}
				onChange={reset.setPassword}
				known={names}
				isChecked={reset.isChecked}
			/>
			<Checkbox
				name="sign-out-devices"
				isSelected={reset.signOutDevices}
				onChange={reset.setSignOutDevices}
				note={text('reset.devices.note')}
			>
				{text('security.password.devices')}
			</Checkbox>
			{reset.asksFactor && <FactorCode reset={reset} fault={isFactorFault ? faultText(error).text : null} />}
			{!(isFactorFault && reset.asksFactor) && <FaultNotice error={error} />}
			<Button type="submit" variant="primary" isLarge isWide isPending={isPending}>
				{isPending ? text('security.password.busy') : text('reset.action')}
			</Button>
		</form>
	);
}
