/** Settings: libraries and address for who owns the server, appearance and language for everybody. */
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AddressForm } from './address-form.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { FactorPolicySection } from './factor-policy-section.tsx';
import { LibrariesSection } from './libraries-section.tsx';
import { MailSection } from './mail-section.tsx';
import { ServerSection } from './server-section.tsx';
import { RegisteredAppsSection } from '../apps/registered-apps-section.tsx';
import { ProvidersSection } from '../single-sign-on/providers-section.tsx';
import './settings.css';

function AddressSection() {
	const text = useText();
	return (
		<section className="section" aria-labelledby="address">
			<h2 id="address">{text('settings.address')}</h2>
			<div className="panel">
				<p className="section-text">{text('settings.address.text')}</p>
				<AddressForm action={text('action.save')} onSaved={() => showToast(text('settings.address.saved'))} />
			</div>
		</section>
	);
}

export function SettingsPage() {
	const text = useText();
	const role = useQuery(sessionQuery).data?.person.role;
	const isAdministrator = role === 'owner' || role === 'administrator';
	return (
		<div className="page">
			<div className="page-head">
				<PageTitle title={text('settings.title')} />
			</div>
			<div className="sections">
				{isAdministrator && <LibrariesSection />}
				<AppearanceSection />
				{isAdministrator && <AddressSection />}
				{isAdministrator && <FactorPolicySection />}
				{isAdministrator && <MailSection />}
				{isAdministrator && <ProvidersSection />}
				{isAdministrator && <RegisteredAppsSection />}
				{role && !isAdministrator && <Notice>{text('settings.members-only')}</Notice>}
				<ServerSection />
			</div>
		</div>
	);
}
