/** The security centre: how it stands, everything that can act for me, how I prove who I am, what happened. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../messages/use-text.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { sessionsQuery } from '../../api/queries.ts';
import { ErrorState } from '../../ui/states.tsx';
import { ActivitySection } from './activity-section.tsx';
import { EverywhereSection } from './everywhere-section.tsx';
import { CodesSection } from './factors/codes-section.tsx';
import { FactorsSection } from './factors/factors-section.tsx';
import { MailsSection } from './mails-section.tsx';
import { MoreSections } from './more-sections.tsx';
import { PasswordSection } from './password-section.tsx';
import { factorsQuery } from './security-queries.ts';
import { SessionsSection } from './sessions-section.tsx';
import { SummarySection } from './summary-section.tsx';
import '../settings/settings.css';
import './security.css';

function Proofs() {
	const { data, error, refetch } = useQuery(factorsQuery);
	if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data) return null;
	return (
		<>
			<FactorsSection overview={data} />
			<CodesSection overview={data} />
		</>
	);
}

export function SecurityPage() {
	const text = useText();
	const sessions = useQuery(sessionsQuery).data?.sessions;
	const overview = useQuery(factorsQuery).data;
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('security.title')} />
					<p className="page-lead">{text('security.lead')}</p>
				</div>
			</div>
			<div className="sections">
				{sessions && overview && <SummarySection sessions={sessions} overview={overview} />}
				<SessionsSection />
				<EverywhereSection />
				<PasswordSection />
				<Proofs />
				<MoreSections />
				<ActivitySection />
				<MailsSection />
			</div>
		</div>
	);
}
