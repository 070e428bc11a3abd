/**
 * Asks once more who it is before something that matters. Wrap the action: `await withStepUp(() => call(...))`.
 * Where the server wants a fresh proof, one dialog asks for it and the action runs again; closing it leaves
 * the action undone.
 */
import type { Signed } from '@holdfast/contract/accounts';
import { getStepUp } from '@holdfast/contract/accounts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiFault, call, onSignedOut } from '../api/client.ts';
import { queryKeys, sessionQuery, statusQuery } from '../api/queries.ts';
import { useSubmit } from '../app/use-submit.ts';
import { useText } from '../messages/use-text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconKey } from '../ui/icons.tsx';
import { FaultNotice, Notice } from '../ui/notice.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { type FactorQuestion, FactorStep } from './factor-step.tsx';
import { PasskeyDeclined, whyNoPasskeys } from './passkeys.ts';
import { stepUpWithPasskey, stepUpWithPassword } from './proofs.ts';
import { StepUpProviders } from './step-up-providers.tsx';
import { HiddenUsername } from './hidden-username.tsx';
import './proofs.css';

interface Asking {
	readonly done: Promise<boolean>;
	readonly settle: (isProven: boolean) => void;
}

let asking: Asking | null = null;
const listeners = new Set<() => void>();

const publish = (next: Asking | null): void => {
	asking = next;
	for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
	listeners.add(listener);
	return () => listeners.delete(listener);
};

/** Several actions that wait at once are answered by one proof. */
const ask = (): Promise<boolean> => {
	if (asking) return asking.done;
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const settle = (isProven: boolean) => {
		publish(null);
		resolve(isProven);
	};
	publish({ done: promise, settle });
	return promise;
};

const isStepUpNeeded = (error: unknown): boolean =>
	error instanceof ApiFault && error.code === 'access.step-up-needed';

/**
 * Runs `action`; where it needs a fresh proof, asks for one and runs it again. Rejects with the server's own
 * `access.step-up-needed` where the person closes the dialog.
 */
export const withStepUp = async <T,>(action: () => Promise<T>): Promise<T> => {
	try {
		return await action();
	} catch (error) {
		if (!isStepUpNeeded(error) || !(await ask())) throw error;
		return action();
	}
};

interface WayProps {
	readonly onSigned: (signed: Signed) => void;
	readonly onQuestion: (question: FactorQuestion) => void;
}

function PasskeyButton({ onSigned, onQuestion }: WayProps) {
	const text = useText();
	const submit = useSubmit(async () => {
		try {
			const answer = await stepUpWithPasskey();
			if (answer.state === 'signed-in') onSigned(answer.signed);
			else onQuestion(answer);
		} catch (error) {
			if (!(error instanceof PasskeyDeclined)) throw error;
		}
	});
	return (
		<div className="proof-form">
			<Button
				variant="primary"
				isLarge
				isWide
				icon={<IconKey />}
				isPending={submit.isPending}
				onPress={() => submit.onSubmit()}
				autoFocus
			>
				{text('factor.passkey.use')}
			</Button>
			<FaultNotice error={submit.error} />
		</div>
	);
}

function PasswordForm({ onSigned, onQuestion, isFirst }: WayProps & { readonly isFirst: boolean }) {
	const text = useText();
	const person = useQuery(sessionQuery).data?.person;
	const [password, setPassword] = useState('');
	const submit = useSubmit(async () => {
		const answer = await stepUpWithPassword(password);
		if (answer.state === 'signed-in') onSigned(answer.signed);
		else onQuestion(answer);
	});
	const isWrong = submit.error instanceof ApiFault && submit.error.code === 'accounts.credentials.wrong';
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		if (password !== '') submit.onSubmit();
	};
	return (
		<form className="proof-form" method="post" action="/security" onSubmit={onSubmit} noValidate>
			<HiddenUsername value={person?.username ?? ''} />
			<PasswordField
				label={text('step-up.password')}
				name="password"
				autoComplete="current-password"
				value={password}
				onChange={setPassword}
				fault={isWrong ? text('step-up.password.wrong') : null}
				autoFocus={isFirst}
				isRequired
			/>
			{!isWrong && <FaultNotice error={submit.error} />}
			<Button
				type="submit"
				variant={isFirst ? 'primary' : 'quiet'}
				isLarge
				isWide
				isPending={submit.isPending}
			>
				{submit.isPending ? text('step-up.busy') : text('action.next')}
			</Button>
		</form>
	);
}

function Or() {
	const text = useText();
	return <div className="proof-or">{text('step-up.or')}</div>;
}

/** Everything this person has to show, the quickest first. */
function Ways(props: WayProps) {
	const text = useText();
	const status = useQuery(statusQuery).data;
	const query = { queryKey: queryKeys.stepUp, queryFn: () => call(getStepUp), staleTime: 0, gcTime: 0 };
	const { data, error, refetch } = useQuery(query);
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data) return <LoadingState />;
	const canPasskey =
		data.factors.includes('passkey') && status !== undefined && whyNoPasskeys(status) === null;
	const hasNone = !canPasskey && !data.hasPassword && data.providers.length === 0;
	return (
		<>
			{canPasskey && <PasskeyButton {...props} />}
			{canPasskey && data.hasPassword && <Or />}
			{data.hasPassword && <PasswordForm {...props} isFirst={!canPasskey} />}
			{data.providers.length > 0 && (
				<>
					{(canPasskey || data.hasPassword) && <Or />}
					<StepUpProviders providers={data.providers} />
				</>
			)}
			{hasNone && <Notice tone="warn">{text('step-up.none')}</Notice>}
		</>
	);
}

function Proof({ onSigned }: { readonly onSigned: (signed: Signed) => void }) {
	const text = useText();
	const [question, setQuestion] = useState<FactorQuestion | null>(null);
	const [isExpired, setIsExpired] = useState(false);
	const expire = () => {
		setQuestion(null);
		setIsExpired(true);
	};
	if (question) {
		return (
			<>
				<p role="status">{text('factor.lead')}</p>
				<FactorStep question={question} onSigned={onSigned} onExpired={expire} />
			</>
		);
	}
	return (
		<>
			<p>{text('step-up.lead')}</p>
			{isExpired && <Notice tone="warn">{text('fault.accounts.flow.expired')}</Notice>}
			<Ways onSigned={onSigned} onQuestion={setQuestion} />
		</>
	);
}

/** Mounted once by the app; opens when `withStepUp` asks. */
export function StepUpDialog() {
	const text = useText();
	const client = useQueryClient();
	const open = useSyncExternalStore(subscribe, () => asking);
	// Nobody who was signed out meanwhile is asked any more.
	useEffect(() => onSignedOut(() => open?.settle(false)), [open]);
	const proven = (signed: Signed) => {
		client.setQueryData(queryKeys.session, signed);
		void client.invalidateQueries({ queryKey: queryKeys.sessions });
		open?.settle(true);
	};
	return (
		<Dialog isOpen={open !== null} onClose={() => open?.settle(false)} title={text('step-up.title')}>
			<Proof onSigned={proven} />
		</Dialog>
	);
}
