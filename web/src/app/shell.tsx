/** The frame of every signed-in page, with the live events open while it shows. */
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
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

export function Shell() {
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
