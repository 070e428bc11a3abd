/** Libraries and files as pages read them. */
import type { FileSummary, Library, StreamSummary } from '@holdfast/contract/catalogue';
import type { DetailValue, LibraryShown, MediaStream, PlayableFile } from '../../catalogue/index.ts';

/** One library; its version and name's other forms stay inside. */
export const presentLibrary = (library: LibraryShown): Library => ({
	libraryId: library.libraryId,
	name: library.name,
	kind: library.kind,
	itemCount: library.itemCount,
	isAway: library.isAway,
	isScanning: library.isScanning,
	lastScannedAt: library.scannedAt,
	damagedCount: library.damagedCount,
});

const channelNames: Readonly<Record<number, string>> = {
	1: 'Mono',
	2: 'Stereo',
	6: '5.1',
	7: '6.1',
	8: '7.1',
};

const detailOf = (stream: MediaStream): string | null => {
	if (stream.kind === 'video') {
		return stream.widthPx && stream.heightPx ? `${stream.widthPx}x${stream.heightPx}` : null;
	}
	return stream.channels === null ? null : (channelNames[stream.channels] ?? `${stream.channels} channels`);
};

const presentStream = (stream: MediaStream): StreamSummary => ({
	kind: stream.kind,
	codec: stream.codec,
	language: stream.language,
	title: stream.title,
	detail: detailOf(stream),
	isDefault: stream.isDefault,
});

const presentFile = (file: PlayableFile): FileSummary => {
	const sidecars = file.sidecarSubtitles.map(
		(subtitle): StreamSummary => ({
			kind: 'subtitle',
			codec: subtitle.format,
			language: subtitle.language,
			title: subtitle.title,
			detail: null,
			isDefault: subtitle.isDefault,
		}),
	);
	return {
		fileId: file.fileId,
		name: file.name,
		container: file.container,
		sizeBytes: file.sizeBytes,
		durationMs: file.durationMs,
		bitrateBps: file.bitrateBps,
		streams: [...file.streams.map(presentStream), ...sidecars],
		isAway: file.isAway,
	};
};

/** The files of a title, without where they lie. */
export const presentDetailFiles = (detail: DetailValue): FileSummary[] => detail.files.map(presentFile);
