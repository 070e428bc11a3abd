/** Progress with a label; without a value it shows that something goes on. */
import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import './controls.css';

export interface ProgressBarProps {
	readonly label: string;
	/** 0 to 1; null while unknown. */
	readonly share: number | null;
	/** What stands at the right end, such as `120 of 400`. */
	readonly note?: string;
}

export function ProgressBar({ label, share, note }: ProgressBarProps) {
	const value = share === null ? {} : { value: Math.round(share * 1000) / 10 };
	return (
		<AriaProgressBar className="progress" aria-label={label} isIndeterminate={share === null} {...value}>
			<div className="progress-labels">
				<span>{label}</span>
				{note && <span>{note}</span>}
			</div>
			<div className="progress-track">
				{share === null ? (
					<div className="progress-fill progress-fill-unknown" />
				) : (
					<div
						className="progress-fill"
						style={{ transform: `scaleX(${Math.min(1, Math.max(0, share))})` }}
					/>
				)}
			</div>
		</AriaProgressBar>
	);
}
