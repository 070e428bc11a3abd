/** The player over the whole window: opens the playback, then hands over to the stage. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { announceSignedOut } from '../api/client.ts';
import { queryKeys } from '../api/queries.ts';
import { musicPlayer } from './music-player.ts';
import './player.css';
import { PlayerStage } from './player-stage.tsx';
import { PlayerFaultView, PlayerSpinner } from './player-states.tsx';
import { usePlayback } from './use-playback.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { useSignedOut } from './use-signed-out.ts';

export interface PlayerPageProps {
	readonly itemId: string;
	/** One of several versions; the server's choice where left out. */
	readonly fileId?: string | undefined;
	/** Where to begin in milliseconds; where the server remembers, where left out. */
	readonly startAtMs?: number | undefined;
	readonly onLeave: () => void;
	/** Plays another item in place of this one. */
	readonly onGoTo: (itemId: string) => void;
}

/** Longer than a report takes at home. */
const settleMs = 500;

/** What was watched changes rows and pages: they are read anew afterwards. */
const useFreshPagesAfter = (itemId: string): void => {
	const client = useQueryClient();
	useEffect(
		() => () => {
			// After the last word about the position has reached the server.
			window.setTimeout(() => {
				void client.invalidateQueries({ queryKey: queryKeys.home });
				void client.invalidateQueries({ queryKey: queryKeys.item(itemId).slice(0, 1) });
			}, settleMs);
		},
		[client, itemId],
	);
};

const PlayerOfItem = ({ itemId, fileId, startAtMs, onLeave, onGoTo }: PlayerPageProps): ReactNode => {
	const control = usePlayback(itemId, fileId, startAtMs);
	const { playback } = control;
	useFreshPagesAfter(itemId);
	useSignedOut(() => control.fail('access.sign-in-needed'));
	useEffect(() => musicPlayer.pause(), []);
	usePlayerKeys(playback.state !== 'ready', (command) => {
		if (command.kind === 'leave') onLeave();
	});
	if (playback.state === 'ready') {
		const { plan, startAtMs: atMs } = playback;
		return <PlayerStage plan={plan} startAtMs={atMs} control={control} onLeave={onLeave} onGoTo={onGoTo} />;
	}
	return (
		<div className="player" data-controls="true">
			{playback.state === 'starting' ? (
				<PlayerSpinner />
			) : (
				<PlayerFaultView
					code={playback.code}
					onRetry={() => control.reopen({}, null)}
					onLeave={onLeave}
					onSignIn={announceSignedOut}
				/>
			)}
		</div>
	);
};

/** One playback for each item: another item starts from nothing. */
export const PlayerPage = (props: PlayerPageProps): ReactNode => (
	<PlayerOfItem key={props.itemId} {...props} />
);
