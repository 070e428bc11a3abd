/** The first scan, live. Nobody has to wait for its end. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { openLiveEvents } from '../../api/live-events.ts';
import { librariesQuery } from '../../api/queries.ts';
import { libraryIcon } from '../../app/navigation.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconPlay } from '../../ui/icons.tsx';
import { ScanProgress } from '../settings/scan-progress.tsx';
import './setup.css';

export function ScanStep({ onDone }: { readonly onDone: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const libraries = useQuery(librariesQuery).data ?? [];
	useEffect(() => openLiveEvents(client), [client]);
	return (
		<div className="gate-form gate-form-wide">
			<ul className="setup-libraries">
				{libraries.map((library) => (
					<li key={library.libraryId} className="setup-library">
						{libraryIcon(library.kind)}
						<div>
							{library.isScanning ? (
								<ScanProgress library={library} />
							) : (
								<>
									<strong>{library.name}</strong>
									<div className="field-note" role="status">
										{text('library.items', { count: library.itemCount })}
									</div>
								</>
							)}
						</div>
					</li>
				))}
			</ul>
			<Button variant="primary" isLarge isWide icon={<IconPlay isFilled />} onPress={onDone}>
				{text('setup.scan.action')}
			</Button>
		</div>
	);
}
