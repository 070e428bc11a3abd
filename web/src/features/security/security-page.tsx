/** Who is signed in as me, in plain words; one button for each, one for all, and the password. */
import { useText } from '../../messages/use-text.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { PasswordSection } from './password-section.tsx';
import { EverywhereSection } from './everywhere-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import '../settings/settings.css';

export function SecurityPage() {
	const text = useText();
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('security.title')} />
					<p className="page-lead">{text('security.lead')}</p>
				</div>
			</div>
			<div className="sections">
				<SessionsSection />
				<EverywhereSection />
				<PasswordSection />
			</div>
		</div>
	);
}
