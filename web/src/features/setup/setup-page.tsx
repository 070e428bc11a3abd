/** First run, from the code on the console to the first film. A reload at any step comes back to it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { librariesQuery, queryKeys, sessionQuery, statusQuery } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { readSession, setupStepKey, writeSession } from '../../app/storage.ts';
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { AddressForm } from '../settings/address-form.tsx';
import { AccountStep } from './account-step.tsx';
import { CodeStep } from './code-step.tsx';
import { KitStep } from './kit-step.tsx';
import { LibrariesStep } from './libraries-step.tsx';
import { ScanStep } from './scan-step.tsx';
import { isOwnerStep, type SetupStep, Steps } from './steps.tsx';

const flowKey = 'setup-flow';

interface Words {
	readonly title: MessageKey;
	readonly lead: MessageKey;
}

const wordsOf = (step: SetupStep): Words => ({ title: `setup.${step}.title`, lead: `setup.${step}.lead` });

/** A step's words follow what is there: nothing to read, reading, or all read. */
const useScanWords = (isShown: boolean): Words => {
	const libraries = useQuery({ ...librariesQuery, enabled: isShown }).data ?? [];
	if (libraries.length === 0) return { title: 'setup.scan.empty', lead: 'setup.scan.empty.lead' };
	const isScanning = libraries.some((library) => library.isScanning);
	return { title: isScanning ? 'setup.scan.title' : 'setup.scan.done', lead: 'setup.scan.lead' };
};

function StepFrame({ step, children }: { readonly step: SetupStep; readonly children: ReactNode }) {
	const text = useText();
	const scanWords = useScanWords(step === 'scan');
	const words = step === 'scan' ? scanWords : wordsOf(step);
	return (
		<Gate title={text(words.title)} lead={text(words.lead)} above={<Steps step={step} />}>
			{children}
		</Gate>
	);
}

/** Before there is an owner: the code, then the account. */
function Strangers({ onOwner }: { readonly onOwner: () => Promise<void> }) {
	const text = useText();
	const [flow, setFlow] = useState(() => readSession(flowKey));
	const [isExpired, setIsExpired] = useState(false);
	const keep = (next: string | null) => {
		writeSession(flowKey, next);
		setFlow(next);
	};
	const expire = () => {
		setIsExpired(true);
		keep(null);
	};
	if (flow === null) {
		return (
			<StepFrame step="code">
				{isExpired && <Notice tone="warn">{text('fault.accounts.flow.expired')}</Notice>}
				<CodeStep onFlow={keep} />
			</StepFrame>
		);
	}
	const done = async () => {
		writeSession(flowKey, null);
		await onOwner();
	};
	return (
		<StepFrame step="account">
			<AccountStep flow={flow} onDone={done} onExpired={expire} />
		</StepFrame>
	);
}

interface OwnerProps {
	readonly step: SetupStep;
	readonly onStep: (step: SetupStep | null) => void;
}

/** After the account: everything here can also be done later, in the settings. */
function Owner({ step, onStep }: OwnerProps) {
	const text = useText();
	const session = useQuery(sessionQuery);
	if (session.isPending) return <LoadingState />;
	if (session.error) return <Navigate to="/sign-in" search={{ next: '/setup' }} replace />;
	const parts: Partial<Record<SetupStep, ReactNode>> = {
		kit: <KitStep onDone={() => onStep('libraries')} />,
		libraries: <LibrariesStep onDone={() => onStep('address')} />,
		address: (
			<div className="gate-form-wide setup-panel">
				<AddressForm action={text('action.next')} onSaved={() => onStep('scan')} />
			</div>
		),
		scan: <ScanStep onDone={() => onStep(null)} />,
	};
	return <StepFrame step={step}>{parts[step]}</StepFrame>;
}

export function SetupPage() {
	const client = useQueryClient();
	const navigate = useNavigate();
	const status = useQuery(statusQuery);
	const [kept, setKept] = useState(() => readSession(setupStepKey));
	const toStep = (next: SetupStep | null) => {
		writeSession(setupStepKey, next);
		setKept(next);
		if (next === null) void navigate({ to: '/', replace: true });
	};
	const welcomeOwner = async () => {
		toStep('kit');
		await client.invalidateQueries({ queryKey: queryKeys.session });
		await client.invalidateQueries({ queryKey: queryKeys.status });
	};
	if (status.isPending) return <LoadingState />;
	if (status.error) return <ErrorState error={status.error} onRetry={() => void status.refetch()} />;
	if (isOwnerStep(kept)) return <Owner step={kept} onStep={toStep} />;
	if (status.data.hasOwner) return <Navigate to="/" replace />;
	return <Strangers onOwner={welcomeOwner} />;
}
