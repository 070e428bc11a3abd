/**
 * For somebody whose role must have a second factor and who has none: this page, and nothing else until
 * there is one.
 */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { signOut } from '@holdfast/contract/accounts';
import { whyNoPasskeys } from '../../accounts/passkeys.ts';
import { announceSignedOut, call } from '../../api/client.ts';
import { statusQuery } from '../../api/queries.ts';
import { forgetFactorNeeded } from '../../app/factor-needed.ts';
import { Gate } from '../../app/gate.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconKey, IconPhone } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ShownCodes, useCodes } from './factors/codes.tsx';
import { TotpSetup } from './factors/totp-setup.tsx';
import { useAdding } from './factors/use-adding.ts';

function Choose({ onAdded }: { readonly onAdded: () => void }) {
	const text = useText();
	const status = useQuery(statusQuery).data;
	const { totp, passkey, started, endTotp } = useAdding(onAdded);
	if (started) return <TotpSetup started={started} onAdded={onAdded} onCancel={endTotp} />;
	const why = status ? whyNoPasskeys(status) : null;
	return (
		<>
			<FaultNotice error={totp.error ?? passkey.error} />
			<Button
				variant="primary"
				isLarge
				isWide
				icon={<IconPhone />}
				isPending={totp.isPending}
				onPress={() => totp.onSubmit()}
			>
				{text('factors.totp.new')}
			</Button>
			<Button
				isLarge
				isWide
				icon={<IconKey />}
				isPending={passkey.isPending}
				isDisabled={why !== null}
				onPress={() => passkey.onSubmit()}
			>
				{text('factors.passkey.new')}
			</Button>
			{why && <p className="field-note">{text(`factors.passkey.why.${why}`)}</p>}
		</>
	);
}

function Codes({ onDone }: { readonly onDone: () => void }) {
	const text = useText();
	const { codes, submit } = useCodes();
	if (codes) return <ShownCodes codes={codes} onDone={onDone} />;
	return (
		<>
			<p>{text('after.codes.text')}</p>
			<FaultNotice error={submit.error} />
			<Button variant="primary" isLarge isWide isPending={submit.isPending} onPress={() => submit.onSubmit()}>
				{text('codes.make')}
			</Button>
			<Button variant="ghost" isWide onPress={onDone}>
				{text('after.later')}
			</Button>
		</>
	);
}

export function FactorNeededPage() {
	const text = useText();
	const navigate = useNavigate();
	const [isAdded, setIsAdded] = useState(false);
	const added = () => {
		forgetFactorNeeded();
		setIsAdded(true);
	};
	const leave = async () => {
		await call(signOut).catch(() => undefined);
		forgetFactorNeeded();
		announceSignedOut();
	};
	const step = isAdded ? 'codes' : 'needed';
	return (
		<Gate title={text(`after.${step}.title`)} lead={text(isAdded ? 'after.added' : 'after.needed.lead')}>
			<div className="gate-form">
				{isAdded ? (
					<Codes onDone={() => void navigate({ to: '/', replace: true })} />
				) : (
					<Choose onAdded={added} />
				)}
				{!isAdded && (
					<div className="gate-links">
						<Button variant="ghost" onPress={() => void leave()}>
							{text('security.end')}
						</Button>
					</div>
				)}
			</div>
		</Gate>
	);
}
