/** Says in words how this title reaches the browser and why. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { planSentences } from './reasons.ts';

export const WhyPanel = ({ plan }: { plan: PlaybackStart }): ReactNode => (
	<div className="player-why">
		<h2>
			<FormattedMessage id="player.why" />
		</h2>
		<ul>
			{planSentences(plan).map(({ id, values }) => (
				<li key={`${id}${values['detail'] ?? ''}`}>
					<FormattedMessage id={id} values={{ ...values }} />
				</li>
			))}
		</ul>
	</div>
);
