/** The files of a title in plain words; several are versions to choose from. */
import type { FileSummary } from '@holdfast/contract/catalogue';
import type { Static } from 'typebox';
import { useIntl } from 'react-intl';
import { useText } from '../../messages/use-text.ts';
import { languageName } from '../../player/language-name.ts';
import { audioWords, codecName, sizeParts, videoWords } from '../../player/stream-words.ts';
import { LinkButton } from '../../ui/button.tsx';
import { IconChevronRight, IconPlay, IconWarning } from '../../ui/icons.tsx';

type File = Static<typeof FileSummary>;
type Stream = File['streams'][number];

const codecOf = (stream: Stream): string => {
	if (stream.kind === 'video') return videoWords(stream);
	return stream.kind === 'audio' ? audioWords(stream) : codecName(stream.codec);
};

function StreamGroup({
	kind,
	streams,
}: {
	readonly kind: Stream['kind'];
	readonly streams: readonly Stream[];
}) {
	const text = useText();
	const { locale } = useIntl();
	const shown = streams.filter((stream) => stream.kind === kind);
	if (shown.length === 0) return null;
	return (
		<>
			<dt>{text(`item.stream.${kind}`)}</dt>
			{shown.map((stream, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: streams have no other name than their place
				<dd key={index}>
					{[languageName(stream.language, locale), stream.title, codecOf(stream)].filter(Boolean).join(' · ')}
				</dd>
			))}
		</>
	);
}

function FileEntry({
	file,
	itemId,
	isChoice,
}: {
	readonly file: File;
	readonly itemId: string;
	readonly isChoice: boolean;
}) {
	const text = useText();
	const intl = useIntl();
	const { value, unit } = sizeParts(file.sizeBytes);
	const facts = [
		`${intl.formatNumber(value)} ${unit}`,
		file.bitrateBps
			? `${intl.formatNumber(file.bitrateBps / 1e6, { maximumFractionDigits: 1 })} Mbit/s`
			: null,
	];
	return (
		<li className="file-entry">
			<div className="file-head">
				<div>
					<p className="file-name">{file.name}</p>
					<p className="file-facts">{facts.filter(Boolean).join(' · ')}</p>
				</div>
				{isChoice && !file.isAway && (
					<LinkButton
						to="/play/$itemId"
						params={{ itemId }}
						search={{ file: file.fileId }}
						icon={<IconPlay />}
					>
						{text('item.play-version')}
					</LinkButton>
				)}
			</div>
			{file.isAway && (
				<p className="file-away">
					<IconWarning /> {text('item.file-away')}
				</p>
			)}
			<dl className="file-streams">
				<StreamGroup kind="video" streams={file.streams} />
				<StreamGroup kind="audio" streams={file.streams} />
				<StreamGroup kind="subtitle" streams={file.streams} />
			</dl>
		</li>
	);
}

export function Files({ files, itemId }: { readonly files: readonly File[]; readonly itemId: string }) {
	const text = useText();
	if (files.length === 0) return null;
	return (
		<details className="files">
			<summary>
				<IconChevronRight />
				{text(files.length > 1 ? 'item.versions' : 'item.file', { count: files.length })}
			</summary>
			<ul>
				{files.map((file) => (
					<FileEntry key={file.fileId} file={file} itemId={itemId} isChoice={files.length > 1} />
				))}
			</ul>
		</details>
	);
}
