/** Which pictures show which works: files beside media, covers inside, the photo itself, a frame. Pure. */
import { parseArtwork } from '../naming/beside.ts';
import { foldersOf, stemOf } from '../naming/words.ts';
import type { ImageRole, ImageSource } from '../tables.ts';
import type { FileRow } from './file-store.ts';
import { factsOf, streamsOf } from './file-store.ts';
import type { Identity, ItemDraft } from './identify.ts';

/** A file beside media, as far as pictures and subtitles need it. */
export interface BesideFile {
	readonly fileId: string;
	readonly relativePath: string;
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
}

export interface ImageDraft {
	readonly workKey: string;
	readonly role: ImageRole;
	readonly source: ImageSource;
	readonly fileId: string;
	readonly mark: string;
	readonly aspect: number;
}

const markOf = (file: { sizeBytes: number; modifiedAtMs: number }): string =>
	`${file.sizeBytes}-${file.modifiedAtMs}`;

/** Room that a page reserves until the picture was measured once. */
const usualAspect = (item: ItemDraft, role: ImageRole): number => {
	if (role === 'backdrop' || role === 'still') return 16 / 9;
	if (role === 'logo') return 2.5;
	return item.kind === 'album' || item.kind === 'artist' || item.kind === 'track'
		? 1
		: item.kind === 'episode'
			? 16 / 9
			: 2 / 3;
};

const besideDrafts = (
	item: ItemDraft,
	mediaPath: string,
	beside: (folder: string) => readonly BesideFile[],
): ImageDraft[] => {
	const drafts: ImageDraft[] = [];
	const add = (file: BesideFile, role: ImageRole): void => {
		drafts.push({
			workKey: item.workKey,
			role: role === 'still' && item.kind === 'movie' ? 'backdrop' : role === 'still' ? 'poster' : role,
			source: 'file',
			fileId: file.fileId,
			mark: markOf(file),
			aspect: usualAspect(item, role),
		});
	};
	if (item.artFolder !== null) {
		for (const file of beside(item.artFolder)) {
			if (parseArtwork(file.relativePath)?.of.kind === 'folder') {
				const { role } = parseArtwork(file.relativePath) ?? { role: 'poster' };
				add(file, role);
			}
		}
	}
	if (item.kind === 'movie' || item.kind === 'episode') {
		const stem = stemOf(mediaPath).toLowerCase();
		for (const file of beside(foldersOf(mediaPath).join('/'))) {
			const art = parseArtwork(file.relativePath);
			if (art?.of.kind === 'file' && art.of.stem.toLowerCase() === stem) add(file, art.role);
		}
	}
	return drafts;
};

/** `season01-poster.jpg` lies in the folder of the series. */
const seasonDrafts = (
	season: ItemDraft,
	series: ItemDraft,
	beside: (folder: string) => readonly BesideFile[],
): ImageDraft[] => {
	if (series.artFolder === null) return [];
	return beside(series.artFolder)
		.filter((file) => {
			const of = parseArtwork(file.relativePath)?.of;
			return of?.kind === 'season' && of.season === season.groupNumber;
		})
		.map((file) => ({
			workKey: season.workKey,
			role: 'poster' as const,
			source: 'file' as const,
			fileId: file.fileId,
			mark: markOf(file),
			aspect: 2 / 3,
		}));
};

/** What a work shows when nobody put a picture beside it. */
const ownDraft = (row: FileRow, identity: Identity): ImageDraft | null => {
	const leaf = identity.chain.at(-1);
	if (!leaf) return null;
	const shared = { fileId: row.fileId, mark: markOf(row), role: 'poster' as const };
	const facts = factsOf(row);
	if (leaf.kind === 'photo') {
		if (!facts.photo) return videoDraft(row, leaf);
		const aspect = facts.photo.widthPx / Math.max(1, facts.photo.heightPx);
		return { ...shared, workKey: leaf.workKey, source: 'file', aspect: Math.min(20, Math.max(0.05, aspect)) };
	}
	const album = identity.chain.find(({ kind }) => kind === 'album');
	if (album)
		return facts.hasPicture ? { ...shared, workKey: album.workKey, source: 'embedded', aspect: 1 } : null;
	if (facts.hasPicture)
		return { ...shared, workKey: leaf.workKey, source: 'embedded', aspect: usualAspect(leaf, 'poster') };
	return videoDraft(row, leaf);
};

const videoDraft = (row: FileRow, leaf: ItemDraft): ImageDraft | null => {
	const video = streamsOf(row).find(({ kind }) => kind === 'video');
	if (!video?.widthPx || !video.heightPx) return null;
	const aspect = Math.min(4, Math.max(0.25, video.widthPx / video.heightPx));
	return {
		workKey: leaf.workKey,
		role: 'poster',
		source: 'frame',
		fileId: row.fileId,
		mark: markOf(row),
		aspect,
	};
};

/** All pictures for one file's works, the preferred first for each work and role. */
export const imageDrafts = (
	row: FileRow,
	identity: Identity,
	beside: (folder: string) => readonly BesideFile[],
): ImageDraft[] => {
	const drafts = identity.chain.flatMap((item) => besideDrafts(item, row.relativePath, beside));
	const [series, season] = identity.chain;
	if (series?.kind === 'series' && season?.kind === 'season')
		drafts.unshift(...seasonDrafts(season, series, beside));
	const own = ownDraft(row, identity);
	return own ? [...drafts, own] : drafts;
};
