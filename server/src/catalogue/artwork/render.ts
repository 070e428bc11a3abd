/**
 * Decodes a picture once and writes it anew: nothing of the original file reaches a page. Native code: loaded
 * in the process of `reader-process.ts` only.
 */
import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { ImageVariant } from '@holdfast/contract/catalogue';
import { pixelsMax } from '../probe/photo.ts';
import { sniff } from '../probe/sniff.ts';
import type { Measured } from './render-job.ts';

// One thread for each picture: what is decoded at once is bounded by us, and streams keep a core.
sharp.concurrency(1);
sharp.cache(false);

const widths: Readonly<Record<ImageVariant, number>> = {
	tile: 320,
	'tile-large': 640,
	page: 1280,
	full: 2560,
};
const qualities: Readonly<Record<ImageVariant, number>> = { tile: 78, 'tile-large': 80, page: 82, full: 84 };

/** Formats that are decoded; SVG is not among them. */
const decodable: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff', 'heif']);

const isDecodable = (bytes: Uint8Array): boolean => {
	const sniffed = sniff(bytes.subarray(0, 4096));
	return sniffed.kind === 'picture' && decodable.has(sniffed.container);
};

const open = (bytes: Uint8Array): Sharp => {
	if (!isDecodable(bytes)) throw new Error('This is not a picture that is decoded.');
	return sharp(bytes, {
		limitInputPixels: pixelsMax,
		failOn: 'truncated',
		animated: false,
		sequentialRead: true,
	});
};

/** The picture in one size as WebP, upright, without its metadata; never larger than it is. */
export const renderVariant = async (bytes: Uint8Array, variant: ImageVariant): Promise<Uint8Array> =>
	open(bytes)
		.rotate()
		.resize({ width: widths[variant], height: widths[variant] * 2, fit: 'inside', withoutEnlargement: true })
		.webp({ quality: qualities[variant], effort: 3 })
		.toBuffer();

const bucketBits = 4;

/** The colour that tells most: common, vivid, neither black nor white. */
const accentOf = (pixels: Uint8Array): string => {
	const buckets = new Map<
		number,
		{ weight: number; red: number; green: number; blue: number; count: number }
	>();
	for (let at = 0; at + 3 < pixels.length; at += 4) {
		const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
		if (alpha < 128) continue;
		const [low, high] = [Math.min(red, green, blue), Math.max(red, green, blue)];
		const vivid = high === 0 ? 0 : (high - low) / high;
		const light = (high + low) / 510;
		const key = ((red >> bucketBits) << 8) | ((green >> bucketBits) << 4) | (blue >> bucketBits);
		const bucket = buckets.get(key) ?? { weight: 0, red: 0, green: 0, blue: 0, count: 0 };
		bucket.weight += 0.05 + vivid * vivid * (1 - Math.abs(light - 0.5) * 1.6);
		bucket.red += red;
		bucket.green += green;
		bucket.blue += blue;
		bucket.count += 1;
		buckets.set(key, bucket);
	}
	const best = [...buckets.values()].sort((a, b) => b.weight - a.weight)[0];
	if (!best) return '#808080';
	const hex = (sum: number): string =>
		Math.round(sum / best.count)
			.toString(16)
			.padStart(2, '0');
	return `#${hex(best.red)}${hex(best.green)}${hex(best.blue)}`;
};

/** Shape, placeholder and accent, from a decode to at most 64 pixels a side. */
export const measurePicture = async (bytes: Uint8Array): Promise<Measured> => {
	const { data, info } = await open(bytes)
		.rotate()
		.resize({ width: 64, height: 64, fit: 'inside' })
		.ensureAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	const { width = 1, height = 1, orientation = 1 } = await open(bytes).metadata();
	const aspect = orientation >= 5 ? height / width : width / height;
	return {
		aspect: Math.min(20, Math.max(0.05, aspect)),
		thumbhash: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
		accent: accentOf(data),
	};
};
