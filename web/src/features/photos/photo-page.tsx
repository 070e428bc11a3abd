/** One photo on the whole screen: keys, swipes, closer looks, its facts, and a slide show. */
import type { ItemCard } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { Icon, type IconName } from '../../player/icons.tsx';
import { useControlsVisible } from '../../player/use-controls-visible.ts';
import { useWakeLock } from '../../player/use-wake-lock.ts';
import { IconButton } from '../../ui/button.tsx';
import { imageUrl } from '../../ui/picture.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { placeholderUrl } from '../../ui/thumbhash.ts';
import { itemQuery } from '../item/item-query.ts';
import { PhotoInfo } from './photo-info.tsx';
import { type PhotoPlace, usePhotoPlace } from './use-photo-place.ts';
import { useZoom } from './use-zoom.ts';
import './photos.css';

/** How long each photo of a slide show stays. */
const slideMs = 5000;

/**
 * The blurred placeholder, the tile that is loaded already, then the photo itself: each over the one before.
 */
function Layers({ card }: { readonly card: ItemCard | undefined }) {
	const [isLoaded, setIsLoaded] = useState(false);
	const image = card?.image;
	if (!image) return null;
	const placeholder = placeholderUrl(image.thumbhash);
	return (
		<>
			{!isLoaded && placeholder && (
				<img className="photo-layer" src={placeholder} alt="" aria-hidden="true" draggable={false} />
			)}
			{!isLoaded && (
				<img
					className="photo-layer"
					src={imageUrl(image, 'tile-large')}
					alt=""
					aria-hidden="true"
					draggable={false}
				/>
			)}
			<img
				className={isLoaded ? 'photo-layer is-loaded' : 'photo-layer photo-full'}
				src={imageUrl(image, 'full')}
				alt={card.title}
				draggable={false}
				onLoad={() => setIsLoaded(true)}
			/>
		</>
	);
}

const usePreloaded = ({ index, cardAt }: PhotoPlace): void => {
	const near = index === null ? [] : [cardAt(index + 1), cardAt(index - 1)];
	const urls = near.flatMap((card) => (card?.image ? [imageUrl(card.image, 'full')] : [])).join(' ');
	useEffect(() => {
		for (const url of urls.split(' ').filter(Boolean)) new Image().src = url;
	}, [urls]);
};

/** The photo beside this one, and how to get there. */
const useNeighbours = (place: PhotoPlace) => {
	const navigate = useNavigate();
	const go = (step: 1 | -1): boolean => {
		const card = place.index === null ? undefined : place.cardAt(place.index + step);
		if (card?.kind !== 'photo') return false;
		void navigate({
			to: '/photos/$itemId',
			params: { itemId: card.itemId },
			replace: true,
			viewTransition: false,
		});
		return true;
	};
	return {
		go,
		hasNext: place.index !== null && place.index + 1 < place.total,
		hasPrevious: (place.index ?? 0) > 0,
	};
};

const useLeave = (): (() => void) => {
	const router = useRouter();
	return () =>
		router.history.canGoBack() ? router.history.back() : void router.navigate({ to: '/', replace: true });
};

type Keys = Readonly<Record<string, () => void>>;

const useKeys = (keys: Keys): void => {
	const latest = useRef(keys);
	latest.current = keys;
	useEffect(() => {
		const onKeyDown = (event: KeyboardEvent): void => {
			if (event.ctrlKey || event.altKey || event.metaKey) return;
			const isOnButton = event.target instanceof Element && event.target.closest('button') !== null;
			if (isOnButton && (event.key === 'Enter' || event.key === ' ')) return;
			const run = latest.current[event.key];
			if (!run) return;
			event.preventDefault();
			event.stopPropagation();
			run();
		};
		window.addEventListener('keydown', onKeyDown, { capture: true });
		return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
	}, []);
};

const useSlides = (isRunning: boolean, itemId: string, next: () => void): void => {
	const latest = useRef(next);
	latest.current = next;
	useWakeLock(isRunning);
	// biome-ignore lint/correctness/useExhaustiveDependencies: each photo has its own time
	useEffect(() => {
		if (!isRunning) return undefined;
		const timer = window.setTimeout(() => latest.current(), slideMs);
		return () => window.clearTimeout(timer);
	}, [isRunning, itemId]);
};

interface Tool {
	readonly label: MessageKey;
	readonly icon: IconName;
	readonly onPress: () => void;
	readonly isPressed?: boolean;
}

function Tools({ tools }: { readonly tools: readonly Tool[] }) {
	const text = useText();
	return tools.map(({ label, icon, onPress, isPressed }) => (
		<IconButton
			key={label}
			className={isPressed ? 'photo-tool is-pressed' : 'photo-tool'}
			label={text(label)}
			icon={<Icon name={icon} />}
			onPress={onPress}
			{...(isPressed !== undefined && { 'aria-pressed': isPressed })}
		/>
	));
}

function PhotoTop({
	place,
	leave,
	tools,
}: {
	readonly place: PhotoPlace;
	readonly leave: () => void;
	readonly tools: readonly Tool[];
}) {
	const intl = useIntl();
	const { index, total } = place;
	return (
		<header className="photo-top">
			<Tools tools={[{ label: 'photos.leave', icon: 'back', onPress: leave }]} />
			<p className="photo-count" role="status">
				{index !== null && total > 0 && `${intl.formatNumber(index + 1)} / ${intl.formatNumber(total)}`}
			</p>
			<div className="photo-tools">
				<Tools tools={tools} />
			</div>
		</header>
	);
}

interface ViewerProps {
	readonly itemId: string;
	readonly card: ItemCard | undefined;
	readonly place: PhotoPlace;
	readonly info: ReactNode;
}

function Viewer({ itemId, card, place, info }: ViewerProps) {
	const stage = useRef<HTMLDivElement>(null);
	const [hasInfo, setHasInfo] = useState(false);
	const [isSliding, setIsSliding] = useState(false);
	const visible = useControlsVisible(hasInfo && !isSliding);
	const leave = useLeave();
	const { go, hasNext, hasPrevious } = useNeighbours(place);
	const step = (by: 1 | -1) => (): void => {
		if (!go(by)) setIsSliding(false);
	};
	const tap = (): void => (visible.areVisible ? visible.hide() : visible.wake());
	const { zoom, drag, zoomBy, reset, handlers } = useZoom(itemId, stage, {
		next: step(1),
		previous: step(-1),
		leave,
		tap,
	});
	const closer = (): void => zoomBy(1.5);
	const farther = (): void => zoomBy(1 / 1.5);
	const toggleInfo = (): void => setHasInfo((before) => !before);
	const toggleSlides = (): void => setIsSliding((before) => !before);
	useSlides(isSliding, itemId, step(1));
	usePreloaded(place);
	useKeys({
		ArrowRight: step(1),
		ArrowLeft: step(-1),
		Escape: leave,
		i: toggleInfo,
		'+': closer,
		'=': closer,
		'-': farther,
		'0': reset,
		' ': toggleSlides,
		Enter: visible.wake,
	});
	const move = { transform: `translate(${zoom.x + drag}px, ${zoom.y}px) scale(${zoom.scale})` };
	const tools: readonly Tool[] = [
		{ label: 'photos.closer', icon: 'zoomIn', onPress: closer },
		{ label: 'photos.farther', icon: 'zoomOut', onPress: farther },
		{
			label: 'photos.slides',
			icon: isSliding ? 'pause' : 'slides',
			onPress: toggleSlides,
			isPressed: isSliding,
		},
		{ label: 'photos.info', icon: 'info', onPress: toggleInfo, isPressed: hasInfo },
	];
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: it only hears that somebody is there
		<div
			className="photo-page"
			data-controls={visible.areVisible}
			onPointerMove={visible.wake}
			onFocus={visible.wake}
		>
			<div ref={stage} className={zoom.scale > 1 ? 'photo-stage is-closer' : 'photo-stage'} {...handlers}>
				<div className={drag === 0 ? 'photo-move is-settling' : 'photo-move'} style={move}>
					<Layers key={itemId} card={card} />
				</div>
			</div>
			<PhotoTop place={place} leave={leave} tools={tools} />
			<div className="photo-sides">
				{hasPrevious && <Tools tools={[{ label: 'photos.previous', icon: 'back', onPress: step(-1) }]} />}
				<span />
				{hasNext && <Tools tools={[{ label: 'photos.next', icon: 'forward', onPress: step(1) }]} />}
			</div>
			{hasInfo && info}
		</div>
	);
}

export function PhotoPage() {
	const { itemId } = useParams({ from: '/full-screen/photos/$itemId' });
	const { data, error, refetch } = useQuery(itemQuery(itemId));
	const place = usePhotoPlace(itemId, data);
	const fromWall = place.index === null ? undefined : place.cardAt(place.index);
	const card = data?.card ?? (fromWall?.itemId === itemId ? fromWall : undefined);
	useEffect(() => {
		if (card) document.title = `${card.title} · Holdfast`;
	}, [card]);
	if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
	return <Viewer itemId={itemId} card={card} place={place} info={data && <PhotoInfo detail={data} />} />;
}
