/** What the player shows when it has no picture: starting, or a fault with what to do. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { FormattedMessage, useIntl } from 'react-intl';
import type { ApiFaultCode } from '../api/client.ts';
import { playerFault } from './fault-words.ts';
import { Icon } from './icons.tsx';

export const PlayerSpinner = (): ReactNode => (
	<div className="player-spinner" role="status">
		<span className="player-spinner-ring" />
		<span className="visually-hidden">
			<FormattedMessage id="player.loading" />
		</span>
	</div>
);

interface PlayerFaultViewProps {
	readonly code: ApiFaultCode;
	readonly onRetry: () => void;
	readonly onLeave: () => void;
	readonly onSignIn: () => void;
}

export const PlayerFaultView = ({ code, onRetry, onLeave, onSignIn }: PlayerFaultViewProps): ReactNode => {
	const intl = useIntl();
	const { fault, remedy } = playerFault(code);
	return (
		<div className="player-fault" role="alert">
			<Icon name="info" className="icon player-fault-icon" />
			<h1>{intl.formatMessage({ id: `player.fault.${fault}` })}</h1>
			<p>{intl.formatMessage({ id: `player.fault.${fault}.do` })}</p>
			<div className="button-row">
				{remedy === 'retry' && (
					<Button className="button player-next-go" autoFocus onPress={onRetry}>
						<FormattedMessage id="player.retry" />
					</Button>
				)}
				{remedy === 'sign-in' && (
					<Button className="button player-next-go" autoFocus onPress={onSignIn}>
						<FormattedMessage id="player.sign-in" />
					</Button>
				)}
				<Button className="button player-next-stop" autoFocus={remedy === 'none'} onPress={onLeave}>
					<FormattedMessage id="player.leave" />
				</Button>
			</div>
		</div>
	);
};
