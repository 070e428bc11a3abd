/** The frame of every signed-in page, with the live events open while it shows. */
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { openLiveEvents } from '../api/live-events.ts';
import { NowPlaying } from '../features/music/now-playing.tsx';
import { useText } from '../messages/use-text.ts';
import { HttpBanner } from './http-banner.tsx';
import { Bar, Rail } from './navigation.tsx';
import './shell.css';

export function SkipLink() {
	const text = useText();
	return (
		<a href="#content" className="skip">
			{text('nav.skip')}
		</a>
	);
}

/** A slash opens the search, as people know it from elsewhere; never while they write. */
const useSearchKey = (): void => {
	const navigate = useNavigate();
	useEffect(() => {
		const open = (event: KeyboardEvent) => {
			const isWriting = event.target instanceof Element && event.target.closest('input, textarea, select');
			if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting) return;
			event.preventDefault();
			void navigate({ to: '/search', search: { q: '' } });
		};
		addEventListener('keydown', open);
		return () => removeEventListener('keydown', open);
	}, [navigate]);
};

export function Shell() {
	useSearchKey();
	const client = useQueryClient();
	useEffect(() => openLiveEvents(client), [client]);
	return (
		<>
			<SkipLink />
			<div className="shell">
				<HttpBanner />
				<main id="content" tabIndex={-1}>
					<Outlet />
				</main>
				<Rail />
				<Bar />
				<NowPlaying />
			</div>
		</>
	);
}
