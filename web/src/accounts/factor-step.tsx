/**
 * The second step, at sign-in and wherever somebody proves once more that it is them: a code of the app, a
 * passkey, or a recovery code.
 */
import type { Factor, Signed } from '@holdfast/contract/accounts';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiFault } from '../api/client.ts';
import { statusQuery } from '../api/queries.ts';
import { useSubmit } from '../app/use-submit.ts';
import { useText } from '../messages/use-text.ts';
import { Button } from '../ui/button.tsx';
import { IconKey } from '../ui/icons.tsx';
import { FaultNotice, Notice } from '../ui/notice.tsx';
import { CodeField } from './code-field.tsx';
import { PasskeyDeclined, whyNoPasskeys } from './passkeys.ts';
import { isMailedCode, isRecoveryCode, MailedCodeField, RecoveryCodeField } from './typed-codes.tsx';
import { showMailedCode, showPasskey, showRecoveryCode, showTotp } from './proofs.ts';
import './proofs.css';

export interface FactorQuestion {
	readonly flow: string;
	/** One of them is enough. */
	readonly factors: readonly Factor[];
}

export interface FactorStepProps {
	readonly question: FactorQuestion;
	readonly onSigned: (signed: Signed) => void | Promise<void>;
	/** The flow is spent or too old: begin again. */
	readonly onExpired: () => void;
}

type Way = Factor;

const isExpired = (error: unknown): boolean =>
	error instanceof ApiFault && error.code === 'accounts.flow.expired';

/** What the browser can do here comes first; a recovery code is the last way. */
const waysOf = (factors: readonly Factor[], canPasskeys: boolean): readonly Way[] => {
	const ways: Way[] = [];
	if (factors.includes('totp')) ways.push('totp');
	if (factors.includes('passkey') && canPasskeys) ways.push('passkey');
	if (factors.includes('mailed-code')) ways.push('mailed-code');
	if (factors.includes('recovery-code')) ways.push('recovery-code');
	return ways;
};

const typed = {
	'recovery-code': { Field: RecoveryCodeField, isWhole: isRecoveryCode, show: showRecoveryCode },
	'mailed-code': { Field: MailedCodeField, isWhole: isMailedCode, show: showMailedCode },
} as const;

/** One attempt of one way. A flow that is over leads back; a closed window says nothing. */
const useShowing = (
	{ onSigned, onExpired }: Pick<FactorStepProps, 'onSigned' | 'onExpired'>,
	show: () => ReturnType<typeof showTotp>,
) =>
	useSubmit(async () => {
		try {
			const answer = await show();
			if (answer.state === 'signed-in') await onSigned(answer.signed);
			else onExpired();
		} catch (error) {
			if (error instanceof PasskeyDeclined) return;
			if (isExpired(error)) return onExpired();
			throw error;
		}
	});

function TotpWay({ question, ...after }: FactorStepProps) {
	const text = useText();
	const [code, setCode] = useState('');
	const sent = useRef('');
	const submit = useShowing(after, () => showTotp(question.flow, sent.current));
	const send = (value: string) => {
		sent.current = value;
		submit.onSubmit();
	};
	const { error, isPending } = submit;
	// A wrong code is gone: the next one is typed into an empty field.
	useEffect(() => {
		if (error) setCode('');
	}, [error]);
	return (
		<form
			className="proof-form"
			method="post"
			action="/sign-in"
			noValidate
			onSubmit={(event: FormEvent) => {
				event.preventDefault();
				if (code.length >= 6) send(code);
			}}
		>
			<CodeField
				label={text('factor.totp.code')}
				note={text('factor.totp.code.note')}
				value={code}
				onChange={setCode}
				onComplete={send}
				isDisabled={isPending}
			/>
			<FaultNotice error={error} />
			<Button type="submit" variant="primary" isLarge isWide isPending={isPending}>
				{text('action.next')}
			</Button>
		</form>
	);
}

/** What is on paper or in a mail: typed, and sent by the button. */
function TypedWay({ question, kind, ...after }: FactorStepProps & { readonly kind: keyof typeof typed }) {
	const text = useText();
	const [code, setCode] = useState('');
	const [isChecked, setIsChecked] = useState(false);
	const { Field, isWhole, show } = typed[kind];
	const submit = useShowing(after, () => show(question.flow, code.trim()));
	const isShort = !isWhole(code);
	return (
		<form
			className="proof-form"
			method="post"
			action="/sign-in"
			noValidate
			onSubmit={(event: FormEvent) => {
				event.preventDefault();
				setIsChecked(true);
				if (!isShort) submit.onSubmit();
			}}
		>
			<Field
				value={code}
				onChange={setCode}
				fault={isChecked && isShort ? text(`factor.${kind}.short`) : null}
				hasFocus
			/>
			<FaultNotice error={submit.error} />
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{text('action.next')}
			</Button>
		</form>
	);
}

function PasskeyWay({ question, isFirst, ...after }: FactorStepProps & { readonly isFirst: boolean }) {
	const text = useText();
	const submit = useShowing(after, () => showPasskey(question.flow));
	return (
		<div className="proof-form">
			<Button
				variant={isFirst ? 'primary' : 'quiet'}
				isLarge
				isWide
				icon={<IconKey />}
				isPending={submit.isPending}
				onPress={() => submit.onSubmit()}
				autoFocus={isFirst}
			>
				{text('factor.passkey.use')}
			</Button>
			<FaultNotice error={submit.error} />
		</div>
	);
}

/** Shows the first way that works here, and the others as words to press. */
export function FactorStep(props: FactorStepProps) {
	const text = useText();
	const status = useQuery(statusQuery).data;
	const canPasskeys = status !== undefined && whyNoPasskeys(status) === null;
	const ways = waysOf(props.question.factors, canPasskeys);
	const [chosen, setChosen] = useState<Way | null>(null);
	const way = chosen ?? ways[0];
	const others = ways.filter((each) => each !== way);
	return (
		<div className="proof">
			{way === 'totp' && <TotpWay {...props} />}
			{way === 'passkey' && <PasskeyWay {...props} isFirst />}
			{(way === 'recovery-code' || way === 'mailed-code') && <TypedWay key={way} kind={way} {...props} />}
			{way === undefined && <Notice tone="warn">{text('factor.none-here')}</Notice>}
			{others.length > 0 && (
				<div className="proof-others">
					{others.map((other) => (
						<Button key={other} variant="ghost" onPress={() => setChosen(other)}>
							{text(`factor.${other}.instead`)}
						</Button>
					))}
				</div>
			)}
		</div>
	);
}
