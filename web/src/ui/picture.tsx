/**
 * A picture of the server in the size the screen needs, over its blurred placeholder; never a jump in layout.
 */
import type { ImageVariant } from '@holdfast/contract/catalogue';
import { getImage } from '@holdfast/contract/catalogue';
import type { ImageRef } from '@holdfast/contract/fields';
import { type ReactNode, useCallback, useState } from 'react';
import { urlOf } from '../api/client.ts';
import { placeholderUrl } from './thumbhash.ts';
import './art.css';

/** Widths of the variants in CSS pixels; see the contract. */
const widths: readonly [ImageVariant, number][] = [
	['tile', 320],
	['tile-large', 640],
	['page', 1280],
	['full', 2560],
];

/** The address of one variant. */
export const imageUrl = (image: Pick<ImageRef, 'imageId'>, variant: ImageVariant): string =>
	urlOf(getImage, { params: { imageId: image.imageId, variant } });

export interface PictureProps {
	readonly image: ImageRef | null;
	/** Empty where the words beside it say the same. */
	readonly alt: string;
	/** As of `<img sizes>`: how wide it is shown. */
	readonly sizes: string;
	/** Width by height of the frame; the picture's own where left out. */
	readonly aspect?: number;
	/** Load at once and first: the picture of the page. */
	readonly isPriority?: boolean;
	/** The largest variant worth loading; `page` unless told. */
	readonly largest?: ImageVariant;
	/** Shown where there is no picture. */
	readonly fallback?: ReactNode;
}

const sourcesOf = (image: ImageRef, largest: ImageVariant): string => {
	const last = widths.findIndex(([variant]) => variant === largest);
	return widths
		.slice(0, last + 1)
		.map(([variant, width]) => `${imageUrl(image, variant)} ${width}w`)
		.join(', ');
};

export function Picture({ image, alt, sizes, aspect, isPriority, largest = 'page', fallback }: PictureProps) {
	const [loadedId, setLoadedId] = useState<string | null>(null);
	const [failedId, setFailedId] = useState<string | null>(null);
	const imageId = image?.imageId ?? null;
	const settle = useCallback(
		(element: HTMLImageElement | null) => {
			if (element?.complete && element.naturalWidth > 0) setLoadedId(imageId);
		},
		[imageId],
	);
	const frame = { '--aspect': String(aspect ?? image?.aspect ?? 2 / 3) } as React.CSSProperties;
	const placeholder = placeholderUrl(image?.thumbhash ?? null);
	return (
		<div className="picture" style={frame}>
			{placeholder && <img src={placeholder} alt="" aria-hidden="true" />}
			{image && failedId !== imageId ? (
				<img
					key={imageId}
					ref={settle}
					className="picture-image"
					src={imageUrl(image, 'tile-large')}
					srcSet={sourcesOf(image, largest)}
					sizes={sizes}
					alt={alt}
					loading={isPriority ? 'eager' : 'lazy'}
					decoding="async"
					fetchPriority={isPriority ? 'high' : 'auto'}
					draggable={false}
					data-loaded={loadedId === imageId || undefined}
					onLoad={() => setLoadedId(imageId)}
					onError={() => setFailedId(imageId)}
				/>
			) : (
				!placeholder && <div className="picture-none">{fallback}</div>
			)}
		</div>
	);
}
