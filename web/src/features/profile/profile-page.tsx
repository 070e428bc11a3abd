/** Who I am on this server: names, picture, mail address, everything about me, and the way out. */
import { useQuery } from '@tanstack/react-query';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { EmailSection } from './email-section.tsx';
import { NamesSection } from './names-section.tsx';
import { OwnDataSection } from './own-data-section.tsx';
import { profileQuery } from './profile-queries.ts';
import '../settings/settings.css';
import './profile.css';

export function ProfilePage() {
	const text = useText();
	const { data, error, refetch } = useQuery(profileQuery);
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('profile.title')} />
					<p className="page-lead">{text('profile.lead')}</p>
				</div>
			</div>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && (
				<div className="sections">
					<NamesSection profile={data} />
					<EmailSection profile={data} />
					<OwnDataSection profile={data} />
				</div>
			)}
		</div>
	);
}
