/** What a photo says of itself: size, time, camera. Places are not read at all. */
import { timeOfDate } from '../dates.ts';
import type { FileFacts } from '../tables.ts';
import type { ByteWindow } from './byte-window.ts';
import { safeText } from './probe-job.ts';

/** Enough for the headers of a JPEG with a preview in it. */
const headBytes = 256 * 1024;
/** Larger pictures are not read whole for their size. */
const wholeBytesMax = 48 * 1024 * 1024;
/** Larger pictures are listed, but never decoded. */
export const pixelsMax = 300_000_000;

type Photo = NonNullable<FileFacts['photo']>;

const wanted = [
	'DateTimeOriginal',
	'CreateDate',
	'Make',
	'Model',
	'LensModel',
	'ExposureTime',
	'FNumber',
	'ISO',
	'FocalLength',
	'Orientation',
];

/** EXIF says local time without a zone; it is kept as if it were UTC, so that a day stays that day. */
const exifTime = (text: unknown): number | undefined => {
	const match =
		typeof text === 'string' ? /^(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)/u.exec(text) : null;
	if (!match) return undefined;
	const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const start = timeOfDate(year, month, day);
	if (start === null || year < 1826) return undefined;
	return Math.max(0, start + ((hour * 60 + minute) * 60 + second) * 1000);
};

const exposureOf = (exif: Record<string, unknown>): string | undefined => {
	const { ExposureTime: time, FNumber: aperture, ISO: iso, FocalLength: focal } = exif;
	const parts = [
		typeof time === 'number' && time > 0 ? (time < 1 ? `1/${Math.round(1 / time)} s` : `${time} s`) : null,
		typeof aperture === 'number' ? `f/${aperture}` : null,
		typeof iso === 'number' ? `ISO ${iso}` : null,
		typeof focal === 'number' ? `${Math.round(focal)} mm` : null,
	].filter((part) => part !== null);
	return parts.length === 0 ? undefined : parts.join(', ').slice(0, 80);
};

const readExif = async (bytes: Uint8Array): Promise<Record<string, unknown>> => {
	const { default: exifr } = await import('exifr');
	try {
		const found: unknown = await exifr.parse(bytes, {
			pick: wanted,
			gps: false,
			translateValues: false,
			reviveValues: false,
		});
		return found !== null && typeof found === 'object' ? (found as Record<string, unknown>) : {};
	} catch {
		return {};
	}
};

const readSize = async (
	bytes: Uint8Array,
): Promise<{ widthPx: number; heightPx: number; container: string }> => {
	const { default: sharp } = await import('sharp');
	const { width, height, format, orientation } = await sharp(bytes, {
		limitInputPixels: pixelsMax,
		failOn: 'none',
	}).metadata();
	if (!width || !height) throw new Error('The picture has no size.');
	const isTurned = orientation !== undefined && orientation >= 5;
	return { widthPx: isTurned ? height : width, heightPx: isTurned ? width : height, container: format };
};

/** `image/svg+xml` and the like never come here: the caller looked at the first bytes. */
export const readPhoto = async (
	window: ByteWindow,
	container: string,
): Promise<{ readonly container: string; readonly photo: Photo }> => {
	const head = window.read(0, headBytes);
	const isWholeNeeded = container === 'heif' || container === 'avif' || container === 'tiff';
	const whole = (): Uint8Array => window.read(0, Math.min(window.sizeBytes, wholeBytesMax));
	const bytes = isWholeNeeded ? whole() : head;
	const size = await readSize(bytes).catch(() =>
		isWholeNeeded ? readSizeOfBoxes(bytes) : readSize(whole()),
	);
	const exif = await readExif(bytes);
	const camera = [safeText(exif['Make'], 60), safeText(exif['Model'], 60)].filter(
		(part) => part !== undefined,
	);
	const takenAt = exifTime(exif['DateTimeOriginal']) ?? exifTime(exif['CreateDate']);
	const [make, model] = camera;
	const isNamedTwice = make !== undefined && model?.toLowerCase().startsWith(make.toLowerCase()) === true;
	const lens = safeText(exif['LensModel'], 80);
	const exposure = exposureOf(exif);
	return {
		container,
		photo: {
			widthPx: size.widthPx,
			heightPx: size.heightPx,
			...(takenAt === undefined ? {} : { takenAt }),
			...(camera.length === 0 ? {} : { camera: isNamedTwice ? (model ?? '') : camera.join(' ') }),
			...(lens === undefined ? {} : { lens }),
			...(exposure === undefined ? {} : { exposure }),
		},
	};
};

/**
 * The largest `ispe` box: the size of a HEIF picture that the decoder here does not know. @source ISO/IEC
 * 23008-12
 */
const readSizeOfBoxes = (bytes: Uint8Array): { widthPx: number; heightPx: number; container: string } => {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	let best = { widthPx: 0, heightPx: 0, container: 'heif' };
	for (
		let at = view.indexOf('ispe');
		at !== -1 && at + 16 <= view.length;
		at = view.indexOf('ispe', at + 4)
	) {
		const [widthPx, heightPx] = [view.readUInt32BE(at + 8), view.readUInt32BE(at + 12)];
		if (widthPx * heightPx > best.widthPx * best.heightPx) best = { ...best, widthPx, heightPx };
	}
	if (best.widthPx === 0) throw new Error('The picture has no size.');
	return best;
};
