/** The frame of the pages before the shell: first run and sign-in. */
import type { ReactNode } from 'react';
import { useText } from '../messages/use-text.ts';
import { HttpBanner } from './http-banner.tsx';
import { Mark } from './mark.tsx';
import { PageTitle } from './page-title.tsx';
import './shell.css';
import './gate.css';

export interface GateProps {
	readonly title: string;
	readonly lead: string;
	/** Stands above the title, such as the steps of the set-up. */
	readonly above?: ReactNode;
	readonly children: ReactNode;
}

export function Gate({ title, lead, above, children }: GateProps) {
	const text = useText();
	return (
		<div className={above ? 'gate gate-long' : 'gate'}>
			<div className="gate-wall" aria-hidden="true" />
			<HttpBanner />
			<main id="content" className="gate-main">
				<div className="gate-mark">
					<Mark />
					{text('app.name')}
				</div>
				{above}
				<PageTitle key={title} title={title} />
				<p className="gate-lead">{lead}</p>
				{children}
			</main>
		</div>
	);
}
