/**
 * A titled row that scrolls sideways: by swipe, wheel, arrows of the keyboard or remote, or its two buttons.
 */
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useText } from '../messages/use-text.ts';
import { IconButton } from './button.tsx';
import { IconChevronLeft, IconChevronRight } from './icons.tsx';
import './art.css';

export interface RowProps {
	/** Text, or a link to everything of the row. */
	readonly title: ReactNode;
	/** `wide` for stills, `square` for covers. */
	readonly shape?: 'poster' | 'wide' | 'square';
	readonly children: ReactNode;
}

/** Whether there is more in a row than it shows. */
const useHasMore = (track: RefObject<HTMLElement | null>, children: ReactNode): boolean => {
	const [hasMore, setHasMore] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: more children, more to show
	useEffect(() => {
		const element = track.current;
		if (!element) return undefined;
		const look = () => setHasMore(element.scrollWidth > element.clientWidth + 1);
		const observer = new ResizeObserver(look);
		observer.observe(element);
		look();
		return () => observer.disconnect();
	}, [track, children]);
	return hasMore;
};

export function Row({ title, shape = 'poster', children }: RowProps) {
	const text = useText();
	const headingId = useId();
	const track = useRef<HTMLDivElement>(null);
	const hasMore = useHasMore(track, children);
	const scroll = (direction: 1 | -1) =>
		track.current?.scrollBy({ left: direction * track.current.clientWidth * 0.8, behavior: 'smooth' });
	return (
		<section className={`row row-${shape}`} aria-labelledby={headingId}>
			<div className="row-head">
				<h2 id={headingId}>{title}</h2>
				<div className="row-arrows" hidden={!hasMore}>
					<IconButton
						label={text('row.back')}
						icon={<IconChevronLeft />}
						onPress={() => scroll(-1)}
						excludeFromTabOrder
					/>
					<IconButton
						label={text('row.forward')}
						icon={<IconChevronRight />}
						onPress={() => scroll(1)}
						excludeFromTabOrder
					/>
				</div>
			</div>
			<div className="row-track" ref={track} data-spatial-row>
				{children}
			</div>
		</section>
	);
}
