/** One picture, from its file to WebP. Runs in a process of its own; always answers. */
import { openBelow } from '../../platform/files/below.ts';
import { FileRefusal } from '../../platform/files/refusal.ts';
import { readCover } from '../probe/picture.ts';
import { shortDetail } from '../probe/probe-job.ts';
import { sniff } from '../probe/sniff.ts';
import { measurePicture, renderVariant } from './render.ts';
import type { PictureOrigin, RenderJob, RenderResult } from './render-job.ts';

const pictureBytesMax = 96 * 1024 * 1024;

const isForTool = (bytes: Uint8Array): boolean => {
	const sniffed = sniff(bytes.subarray(0, 4096));
	return sniffed.kind === 'picture' && sniffed.container === 'jxl';
};

/** Null where there is no picture. @throws FileRefusal */
const bytesOf = async (origin: PictureOrigin): Promise<Uint8Array | null> => {
	if (origin.kind === 'bytes') return origin.bytes;
	if (origin.kind === 'embedded') return readCover(origin);
	await using file = await openBelow(origin.rootPath, origin.relativePath);
	if (file.sizeBytes === 0 || file.sizeBytes > pictureBytesMax) return null;
	return file.readAt(0, file.sizeBytes);
};

const mayComeBack: ReadonlySet<FileRefusal['reason']> = new Set(['absent', 'away', 'busy']);

/** Renders one picture, and measures it where that is wanted. */
export const renderPicture = async ({ origin, variant, isMeasured }: RenderJob): Promise<RenderResult> => {
	try {
		const bytes = await bytesOf(origin);
		if (bytes === null) return { outcome: 'undecodable', detail: 'There is no picture in this file.' };
		if (origin.kind === 'file' && isForTool(bytes)) return { outcome: 'for-tool' };
		const rendered = await renderVariant(bytes, variant);
		return {
			outcome: 'rendered',
			bytes: rendered,
			measured: isMeasured ? await measurePicture(bytes) : null,
		};
	} catch (error) {
		if (error instanceof FileRefusal && mayComeBack.has(error.reason)) return { outcome: 'away' };
		return { outcome: 'undecodable', detail: shortDetail(error) };
	}
};
