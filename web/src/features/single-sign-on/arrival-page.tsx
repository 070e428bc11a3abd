/**
 * Back from another service. The address says nothing: what came of it is asked of the server, with a cookie
 * that this browser was given when it left.
 */
import type { Signed } from '@holdfast/contract/accounts';
import { finishWithProvider } from '@holdfast/contract/single-sign-on';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { FactorStep } from '../../accounts/factor-step.tsx';
import { readReturn } from '../../accounts/go-to-provider.ts';
import { ApiFault, call } from '../../api/client.ts';
import { whileRenewing } from '../../api/live-events.ts';
import { queryKeys } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';

const arrivalQuery = {
	queryKey: ['arrival'],
	queryFn: () => whileRenewing(() => call(finishWithProvider, undefined, { isSignInPage: true })),
	retry: false,
	staleTime: Number.POSITIVE_INFINITY,
	gcTime: 0,
	refetchOnMount: false,
} as const;

/** The next page, with what this browser knows of its session. */
const useGoingOn = () => {
	const router = useRouter();
	const client = useQueryClient();
	return (signed: Signed | null): void => {
		if (signed) client.setQueryData(queryKeys.session, signed);
		void client.invalidateQueries({ queryKey: queryKeys.sessions });
		router.history.replace(readReturn().next);
	};
};

function Failed({ error }: { readonly error: unknown }) {
	const text = useText();
	const router = useRouter();
	return (
		<Gate title={text('sso.failed')} lead={text('sso.failed.lead')}>
			<div className="gate-form">
				<FaultNotice error={error} />
				<Button isLarge isWide onPress={() => router.history.replace(readReturn().back)} autoFocus>
					{text('sso.back')}
				</Button>
			</div>
		</Gate>
	);
}

function Linked({ provesFreshness }: { readonly provesFreshness: boolean }) {
	const text = useText();
	const goOn = useGoingOn();
	return (
		<Gate title={text('sso.linked')} lead={text('sso.linked.lead')}>
			<div className="gate-form">
				{!provesFreshness && <Notice tone="warn">{text('sso.linked.not-fresh')}</Notice>}
				<Button variant="primary" isLarge isWide onPress={() => goOn(null)} autoFocus>
					{text('sso.linked.done')}
				</Button>
			</div>
		</Gate>
	);
}

function Arriving() {
	const text = useText();
	return (
		<Gate title={text('sso.arriving')} lead={text('sso.arriving.lead')}>
			<LoadingState />
		</Gate>
	);
}

const expired = new ApiFault('accounts.flow.expired', 400);

export function ArrivalPage(): ReactNode {
	const text = useText();
	const goOn = useGoingOn();
	const { data, error } = useQuery(arrivalQuery);
	const [isExpired, setIsExpired] = useState(false);
	const authentication = data?.authentication ?? null;
	const signed = authentication?.state === 'signed-in' ? authentication.signed : null;
	useEffect(() => {
		if (signed) goOn(signed);
	});
	if (error || isExpired) return <Failed error={error ?? expired} />;
	if (data?.purpose === 'link') return <Linked provesFreshness={data.provesFreshness ?? true} />;
	if (authentication?.state === 'factor-needed') {
		return (
			<Gate title={text('factor.title')} lead={text('factor.lead')}>
				<div className="gate-form">
					<FactorStep question={authentication} onSigned={goOn} onExpired={() => setIsExpired(true)} />
				</div>
			</Gate>
		);
	}
	return <Arriving />;
}
