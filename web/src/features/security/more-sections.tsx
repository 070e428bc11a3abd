/** Sections of other parts of the product, each loaded for itself. */
import { AppsSection } from '../apps/apps-section.tsx';
import { ServersSection } from '../servers/servers-section.tsx';
import { LinkedServicesSection } from '../single-sign-on/linked-services-section.tsx';

export function MoreSections() {
	return (
		<>
			<AppsSection />
			<LinkedServicesSection />
			<ServersSection />
		</>
	);
}
