/** The first thing on the page: four plain facts and the one next step. */
import { getStepUp } from '@holdfast/contract/accounts';
import type { SessionEntry } from '@holdfast/contract/accounts';
import type { FactorOverview } from '@holdfast/contract/factors';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { IconBrowser, IconCheck, IconChevronRight, IconKey, IconLock, IconShield } from '../../ui/icons.tsx';
import { groupSessions, type NextStep, nextStepOf } from './summary.ts';

export interface SummaryProps {
	readonly sessions: readonly SessionEntry[];
	readonly overview: FactorOverview;
}

/** Where each next step is taken. */
const placeOf: Readonly<Record<Exclude<NextStep, 'none'>, string>> = {
	'factor-required': '#second-factors',
	factor: '#second-factors',
	codes: '#recovery-codes',
	'codes-few': '#recovery-codes',
};

const useSignedInWords = (sessions: readonly SessionEntry[]): string => {
	const text = useText();
	const intl = useIntl();
	const parts = groupSessions(sessions).map((each) =>
		text(`summary.${each.group}`, { count: each.sessions.length }),
	);
	return intl.formatList(parts, { type: 'conjunction' });
};

const usePasswordWords = (): string => {
	const text = useText();
	const intl = useIntl();
	const proof = useQuery({ queryKey: [...queryKeys.stepUp, 'summary'], queryFn: () => call(getStepUp) }).data;
	if (!proof) return '…';
	if (proof.passwordMadeAt === null) return text('summary.password.none');
	return text('summary.password', {
		when: intl.formatRelativeTime(...agoOf(proof.passwordMadeAt, Date.now())),
	});
};

interface FactProps {
	readonly icon: ReactNode;
	readonly name: string;
	readonly to: string;
	readonly tone?: 'good' | 'warn';
	readonly children: ReactNode;
}

function Fact({ icon, name, to, tone, children }: FactProps) {
	return (
		<li>
			<a className="summary-fact" href={to} data-tone={tone}>
				<span className="summary-icon">{icon}</span>
				<span className="summary-words">
					<span className="summary-name">{name}</span>
					<span className="summary-value">{children}</span>
				</span>
			</a>
		</li>
	);
}

function Next({ step }: { readonly step: NextStep }) {
	const text = useText();
	if (step === 'none') {
		return (
			<p className="summary-next" data-tone="good">
				<IconCheck />
				{text('summary.next.none')}
			</p>
		);
	}
	return (
		<a className="summary-next" href={placeOf[step]} data-tone={step === 'factor' ? undefined : 'warn'}>
			<span>{text(`summary.next.${step}`)}</span>
			<IconChevronRight />
		</a>
	);
}

export function SummarySection({ sessions, overview }: SummaryProps) {
	const text = useText();
	const signedIn = useSignedInWords(sessions);
	const password = usePasswordWords();
	const step = nextStepOf(overview);
	const hasFactor = overview.factors.length > 0;
	const areFew = step === 'codes' || step === 'codes-few';
	return (
		<section className="summary" aria-label={text('summary.title')}>
			<Next step={step} />
			<ul className="summary-facts">
				<Fact icon={<IconBrowser />} name={text('summary.signed-in')} to="#signed-in">
					{signedIn}
				</Fact>
				<Fact
					icon={<IconShield />}
					name={text('summary.factor')}
					to="#second-factors"
					tone={hasFactor ? 'good' : 'warn'}
				>
					{text(hasFactor ? 'summary.factor.on' : 'summary.factor.off')}
				</Fact>
				<Fact
					icon={<IconKey />}
					name={text('summary.codes')}
					to="#recovery-codes"
					{...(areFew && { tone: 'warn' as const })}
				>
					{text('summary.codes.left', { count: overview.recoveryCodesLeft })}
				</Fact>
				<Fact icon={<IconLock />} name={text('summary.password.name')} to="#password">
					{password}
				</Fact>
			</ul>
		</section>
	);
}
