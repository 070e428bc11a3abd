/** The cover inside a song or a film. Runs in a process of its own. */
import { parseBlob, selectCover } from 'music-metadata';
import { openBelow } from '../../platform/files/below.ts';
import { openWindow } from './byte-window.ts';
import { blobOver } from './tags.ts';

/** Larger covers are left alone. */
const coverBytesMax = 32 * 1024 * 1024;

export interface PictureJob {
	readonly rootPath: string;
	readonly relativePath: string;
}

/** The bytes of the best cover, or null where there is none that can be read. */
export const readCover = async (job: PictureJob): Promise<Uint8Array | null> => {
	try {
		await using file = await openBelow(job.rootPath, job.relativePath);
		using window = openWindow(file.handle.fd, file.sizeBytes, coverBytesMax * 3);
		const { common } = await parseBlob(blobOver(window), { skipCovers: false, duration: false });
		const cover = selectCover(common.picture);
		return cover === null || cover.data.length === 0 || cover.data.length > coverBytesMax ? null : cover.data;
	} catch {
		return null;
	}
};
