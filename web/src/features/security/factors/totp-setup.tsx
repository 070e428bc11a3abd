/** An authenticator app: scan the code or type the secret, then show that it worked. */
import { type FormEvent, useState } from 'react';
import { CodeField, totpDigits } from '../../../accounts/code-field.tsx';
import { ApiFault } from '../../../api/client.ts';
import { useSubmit } from '../../../app/use-submit.ts';
import { useFaultText } from '../../../messages/use-fault-text.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button } from '../../../ui/button.tsx';
import { FaultNotice } from '../../../ui/notice.tsx';
import { QrCode } from '../../../ui/qr-code.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { finishAddingTotp, type StartedTotp, useFactorsChanged } from './use-adding.ts';
import './factors.css';

export interface TotpSetupProps {
	readonly started: StartedTotp;
	readonly onAdded: () => void;
	readonly onCancel: () => void;
}

/** In groups of four, as it is read aloud and typed. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

function Secret({ started }: { readonly started: StartedTotp }) {
	const text = useText();
	return (
		<div className="totp-secret">
			<QrCode value={started.otpauthUrl} label={text('factors.totp.qr')} />
			<div className="totp-words">
				<p>{text('factors.totp.scan')}</p>
				<p className="field-note">{text('factors.totp.type')}</p>
				<code className="totp-typed">{grouped(started.secret)}</code>
				<p className="field-note">
					<a href={started.otpauthUrl} className="text-link">
						{text('factors.totp.open')}
					</a>
				</p>
			</div>
		</div>
	);
}

const useFinish = ({ started, onAdded }: TotpSetupProps) => {
	const text = useText();
	const changed = useFactorsChanged();
	const [label, setLabel] = useState(text('factors.totp.name'));
	const [code, setCode] = useState('');
	const submit = useSubmit(async () => {
		const name = label.trim() || text('factors.totp.name');
		try {
			await finishAddingTotp(started.flow, code, name);
		} catch (error) {
			setCode('');
			throw error;
		}
		await changed();
		onAdded();
	});
	return { label, setLabel, code, setCode, submit };
};

export function TotpSetup(props: TotpSetupProps) {
	const text = useText();
	const faultText = useFaultText();
	const { label, setLabel, code, setCode, submit } = useFinish(props);
	const { error, isPending } = submit;
	const isWrong = error instanceof ApiFault && error.code === 'accounts.factor.wrong';
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		if (code.length === totpDigits) submit.onSubmit();
	};
	return (
		<form className="totp" method="post" action="/security" onSubmit={onSubmit} noValidate>
			<Secret started={props.started} />
			<div className="totp-fields">
				<TextField
					label={text('factors.label')}
					name="factor-label"
					autoComplete="off"
					maxLength={120}
					value={label}
					onChange={setLabel}
				/>
				<CodeField
					label={text('factors.totp.confirm')}
					value={code}
					onChange={setCode}
					fault={isWrong ? faultText(error).text : null}
					isDisabled={isPending}
				/>
			</div>
			{!isWrong && <FaultNotice error={error} />}
			<div className="button-row">
				<Button type="submit" variant="primary" isPending={isPending} isDisabled={code.length < totpDigits}>
					{text('factors.totp.add')}
				</Button>
				<Button variant="ghost" onPress={props.onCancel}>
					{text('action.cancel')}
				</Button>
			</div>
		</form>
	);
}
