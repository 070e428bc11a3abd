/** What a page shows when it has nothing to show: empty, failing, loading. Each says what to do. */
import type { ReactNode } from 'react';
import { useFaultText } from '../messages/use-fault-text.ts';
import { useText } from '../messages/use-text.ts';
import { Button } from './button.tsx';
import { IconOffline, IconRefresh, IconWarning } from './icons.tsx';
import { Spinner } from './spinner.tsx';
import './controls.css';

export interface EmptyStateProps {
	readonly icon: ReactNode;
	readonly title: string;
	readonly children?: ReactNode;
	/** A `Button` or `LinkButton`: the way out. */
	readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
	return (
		<div className="state">
			<div className="state-icon">{icon}</div>
			<h2>{title}</h2>
			{children && <p>{children}</p>}
			{action}
		</div>
	);
}

export interface ErrorStateProps {
	readonly error: unknown;
	readonly onRetry?: () => void;
}

/** Tells an `ApiFault` in plain words; the network's absence has its own picture. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
	const text = useText();
	const fault = useFaultText()(error);
	const icon = fault.isNetwork ? <IconOffline sizeEm={2} /> : <IconWarning sizeEm={2} />;
	const title = fault.isNetwork ? text('state.network.title') : text('state.error.title');
	return (
		<div className="state" role="alert">
			<div className="state-icon">{icon}</div>
			<h2>{title}</h2>
			<p>{fault.text}</p>
			{onRetry && (
				<Button icon={<IconRefresh />} onPress={onRetry}>
					{text('action.retry')}
				</Button>
			)}
		</div>
	);
}

export function LoadingState({ label }: { readonly label?: string }) {
	const text = useText();
	return (
		<div className="state" role="status">
			<Spinner />
			<p>{label ?? text('state.loading')}</p>
		</div>
	);
}
