/** Says what plain HTTP cannot protect. Hidden for the session at a press; never in the way. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { statusQuery } from '../api/queries.ts';
import { useText } from '../messages/use-text.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconClose, IconWarning } from '../ui/icons.tsx';
import { readSession, writeSession } from './storage.ts';

const key = 'http-banner-hidden';

export function HttpBanner() {
	const text = useText();
	const status = useQuery(statusQuery).data;
	const [isHidden, setIsHidden] = useState(() => readSession(key) === 'yes');
	const [isOpen, setIsOpen] = useState(false);
	if (!status || status.isSecureTransport || isHidden) return null;
	const hide = () => {
		writeSession(key, 'yes');
		setIsHidden(true);
	};
	return (
		<aside className="banner" aria-label={text('http.title')}>
			<div className="banner-text">
				<IconWarning />
				<span>
					<strong>{text('http.title')}</strong> <span className="banner-long">{text('http.text')}</span>
				</span>
			</div>
			<Button variant="ghost" onPress={() => setIsOpen(true)}>
				{text('http.more')}
			</Button>
			<IconButton label={text('http.dismiss')} icon={<IconClose />} onPress={hide} />
			<Dialog isOpen={isOpen} onClose={() => setIsOpen(false)} title={text('http.title')}>
				<p>{text('http.text')}</p>
				<p>{text('http.more.text')}</p>
			</Dialog>
		</aside>
	);
}
