/** The line of time: played, loaded, where the pointer is; dragged, clicked, or moved by keys. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { skipMs } from './keys.ts';
import { clockTime, shareOf } from './time.ts';
import './seek-bar.css';

interface SeekBarProps {
	readonly positionMs: number;
	readonly durationMs: number;
	readonly bufferedMs: readonly (readonly [number, number])[];
	readonly onSeek: (positionMs: number) => void;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

const keySteps: Readonly<Record<string, number>> = {
	ArrowLeft: -skipMs,
	ArrowRight: skipMs,
	PageDown: -10 * skipMs,
	PageUp: 10 * skipMs,
};

const Buffered = ({ bufferedMs, durationMs }: Pick<SeekBarProps, 'bufferedMs' | 'durationMs'>): ReactNode =>
	bufferedMs.map(([startMs, endMs]) => (
		<span
			key={startMs}
			className="seek-loaded"
			style={{
				left: percent(shareOf(startMs, durationMs)),
				width: percent(shareOf(endMs - startMs, durationMs)),
			}}
		/>
	));

/** Where a pointer is on the bar, and whether it drags. */
const usePointer = (durationMs: number, onSeek: (positionMs: number) => void) => {
	const bar = useRef<HTMLDivElement>(null);
	const [hoverMs, setHoverMs] = useState<number | null>(null);
	const [dragMs, setDragMs] = useState<number | null>(null);
	const at = (event: PointerEvent): number => {
		const box = bar.current?.getBoundingClientRect();
		return box && box.width > 0 ? shareOf(event.clientX - box.left, box.width) * durationMs : 0;
	};
	const handlers = {
		onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
			if (event.button !== 0) return;
			event.currentTarget.setPointerCapture(event.pointerId);
			setDragMs(at(event));
		},
		onPointerMove: (event: PointerEvent) => {
			setHoverMs(at(event));
			if (dragMs !== null) setDragMs(at(event));
		},
		onPointerUp: (event: PointerEvent) => {
			if (dragMs === null) return;
			onSeek(at(event));
			setDragMs(null);
			if (event.pointerType !== 'mouse') setHoverMs(null);
		},
		onPointerCancel: () => setDragMs(null),
		onPointerLeave: () => setHoverMs(null),
	};
	return { bar, hoverMs: dragMs ?? hoverMs, dragMs, handlers };
};

export const SeekBar = ({ positionMs, durationMs, bufferedMs, onSeek }: SeekBarProps): ReactNode => {
	const intl = useIntl();
	const { bar, hoverMs, dragMs, handlers } = usePointer(durationMs, onSeek);
	const shownMs = dragMs ?? positionMs;
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = keySteps[event.key];
		const target =
			step !== undefined
				? positionMs + step
				: event.key === 'Home'
					? 0
					: event.key === 'End'
						? durationMs
						: null;
		if (target === null) return;
		event.preventDefault();
		event.stopPropagation();
		onSeek(Math.min(durationMs, Math.max(0, target)));
	};
	return (
		<div
			ref={bar}
			className={dragMs === null ? 'seek-bar' : 'seek-bar is-dragged'}
			role="slider"
			aria-orientation="horizontal"
			tabIndex={0}
			aria-label={intl.formatMessage({ id: 'player.seek' })}
			aria-valuemin={0}
			aria-valuemax={Math.round(durationMs / 1000)}
			aria-valuenow={Math.round(shownMs / 1000)}
			aria-valuetext={intl.formatMessage(
				{ id: 'player.position' },
				{ position: clockTime(shownMs), duration: clockTime(durationMs) },
			)}
			onKeyDown={onKeyDown}
			{...handlers}
		>
			<div className="seek-rail">
				<Buffered bufferedMs={bufferedMs} durationMs={durationMs} />
				<span className="seek-played" style={{ width: percent(shareOf(shownMs, durationMs)) }} />
			</div>
			<span className="seek-thumb" style={{ left: percent(shareOf(shownMs, durationMs)) }} />
			{hoverMs !== null && (
				<span className="seek-tip" style={{ left: percent(shareOf(hoverMs, durationMs)) }} aria-hidden="true">
					{clockTime(hoverMs, durationMs)}
				</span>
			)}
		</div>
	);
};
