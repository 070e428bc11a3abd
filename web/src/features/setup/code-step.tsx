/** The code from the console shows that the machine is theirs. */
import { beginSetup } from '@holdfast/contract/accounts';
import { useState } from 'react';
import { ApiFault, call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';

export function CodeStep({ onFlow }: { readonly onFlow: (flow: string) => void }) {
	const text = useText();
	const faultText = useFaultText();
	const [code, setCode] = useState('');
	const [isChecked, setIsChecked] = useState(false);
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (code.trim() === '') return;
		onFlow((await call(beginSetup, { body: { code: code.trim() } })).flow);
	});
	const missing = isChecked && code.trim() === '' ? text('sign-in.required') : null;
	const isTaken = submit.error instanceof ApiFault && submit.error.code === 'accounts.setup.finished';
	return (
		<form className="gate-form" onSubmit={submit.onSubmit} noValidate>
			<div className="code-input">
				<TextField
					label={text('setup.code.label')}
					name="setup-code"
					autoComplete="one-time-code"
					spellCheck="false"
					maxLength={64}
					value={code}
					onChange={setCode}
					note={text('setup.code.note')}
					fault={submit.error ? faultText(submit.error).text : missing}
					isRequired
				/>
			</div>
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{text('action.next')}
			</Button>
			{isTaken && <LinkButton to="/sign-in">{text('sign-in.action')}</LinkButton>}
		</form>
	);
}
