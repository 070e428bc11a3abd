/** Sign in: a password that stays on this device or a passkey, then the second step where there is one. */
import type { Authentication, Signed } from '@holdfast/contract/accounts';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type FactorQuestion, FactorStep } from '../../accounts/factor-step.tsx';
import { queryKeys } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconShield } from '../../ui/icons.tsx';
import { Notice } from '../../ui/notice.tsx';
import { OpenRegistrationLink } from '../join/open-registration-link.tsx';
import { ProviderButtons } from '../single-sign-on/provider-buttons.tsx';
import { Farewell, leaveFarewell } from './farewell.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** Only addresses of this app: a link must not lead somebody away after signing in. */
const safeNext = (next: string | undefined): string =>
	next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';

const useWelcome = () => {
	const router = useRouter();
	const client = useQueryClient();
	const { next } = useSearch({ from: '/sign-in' });
	return (signed: Signed): void => {
		client.setQueryData(queryKeys.session, signed);
		leaveFarewell(null);
		router.history.push(safeNext(next));
	};
};

function SecondStep({
	question,
	onSigned,
	onAgain,
}: {
	readonly question: FactorQuestion;
	readonly onSigned: (signed: Signed) => void;
	readonly onAgain: (isExpired: boolean) => void;
}) {
	const text = useText();
	return (
		<Gate title={text('factor.title')} lead={text('factor.lead')}>
			<div className="gate-form">
				<FactorStep question={question} onSigned={onSigned} onExpired={() => onAgain(true)} />
				<div className="gate-links">
					<Button variant="ghost" onPress={() => onAgain(false)}>
						{text('factor.again')}
					</Button>
				</div>
			</div>
		</Gate>
	);
}

export function SignInPage() {
	const text = useText();
	const welcome = useWelcome();
	const { next } = useSearch({ from: '/sign-in' });
	const [question, setQuestion] = useState<FactorQuestion | null>(null);
	const [isExpired, setIsExpired] = useState(false);
	const onAnswer = (answer: Authentication) => {
		if (answer.state === 'signed-in') welcome(answer.signed);
		else setQuestion(answer);
	};
	const again = (wasExpired: boolean) => {
		setIsExpired(wasExpired);
		setQuestion(null);
	};
	if (question) return <SecondStep question={question} onSigned={welcome} onAgain={again} />;
	return (
		<Gate title={text('sign-in.title')} lead={text('sign-in.lead')}>
			<div className="gate-form">
				<Farewell />
				{isExpired && <Notice tone="warn">{text('fault.accounts.flow.expired')}</Notice>}
				<SignInForm onAnswer={onAnswer} />
				<ProviderButtons next={safeNext(next)} />
				<p className="gate-quiet">
					<IconShield />
					{text('sign-in.privacy')}
				</p>
				<div className="gate-links">
					<Link to="/reset" className="gate-link">
						{text('sign-in.forgotten')}
					</Link>
					<OpenRegistrationLink />
				</div>
			</div>
		</Gate>
	);
}
