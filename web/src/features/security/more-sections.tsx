/** Sections of other parts of the product, each loaded for itself. */
import { ServersSection } from '../servers/servers-section.tsx';
import { LinkedServicesSection } from '../single-sign-on/linked-services-section.tsx';

export function MoreSections() {
	return (
		<>
			<LinkedServicesSection />
			<ServersSection />
		</>
	);
}
