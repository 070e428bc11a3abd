/** When and with what a photo was taken. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { useIntl } from 'react-intl';
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { sizeParts } from '../../player/stream-words.ts';

const useFacts = (detail: ItemDetail): [MessageKey, string][] => {
	const intl = useIntl();
	const { photo, files } = detail;
	const [file] = files;
	if (!photo) return [];
	const taken =
		photo.takenAt === null
			? null
			: intl.formatDate(photo.takenAt, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
	const pixels = `${intl.formatNumber(photo.widthPx)} × ${intl.formatNumber(photo.heightPx)}`;
	const megapixels = (photo.widthPx * photo.heightPx) / 1e6;
	const size = file ? sizeParts(file.sizeBytes) : null;
	const facts: [MessageKey, string | null][] = [
		['photos.taken', taken],
		['photos.camera', photo.camera],
		['photos.lens', photo.lens],
		['photos.exposure', photo.exposure],
		[
			'photos.size',
			`${pixels}${megapixels >= 1 ? ` · ${intl.formatNumber(megapixels, { maximumFractionDigits: 1 })} MP` : ''}`,
		],
		['photos.file', file && size ? `${file.name} · ${intl.formatNumber(size.value)} ${size.unit}` : null],
	];
	return facts.filter((fact): fact is [MessageKey, string] => fact[1] !== null);
};

export function PhotoInfo({ detail }: { readonly detail: ItemDetail }) {
	const text = useText();
	const facts = useFacts(detail);
	return (
		<aside className="photo-info" aria-label={text('photos.info')}>
			<h2>{detail.card.title}</h2>
			<dl>
				{facts.map(([label, value]) => (
					<div key={label}>
						<dt>{text(label)}</dt>
						<dd>{value}</dd>
					</div>
				))}
			</dl>
		</aside>
	);
}
