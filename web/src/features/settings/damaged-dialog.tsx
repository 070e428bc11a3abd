/** Which files of a library could not be read, and why, in plain words. */
import { type Library, listDamaged } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';

export interface DamagedDialogProps {
	readonly library: Library;
	readonly onClose: () => void;
}

export function DamagedDialog({ library, onClose }: DamagedDialogProps) {
	const text = useText();
	const { libraryId } = library;
	const { data, error } = useQuery({
		queryKey: ['library', libraryId, 'damaged'],
		queryFn: ({ signal }) => call(listDamaged, { params: { libraryId } }, { signal }),
	});
	return (
		<Dialog isOpen onClose={onClose} title={text('library.damaged.title')} isWide>
			<p className="section-text">{text('library.damaged.lead')}</p>
			<FaultNotice error={error} />
			{!data && !error && <LoadingState />}
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list must scroll by keyboard */}
			<ul className="damaged" tabIndex={0} aria-label={text('library.damaged.title')}>
				{data?.files.map((file) => (
					<li key={file.displayPath}>
						<code>{file.displayPath}</code>
						<span>{text(`damage.${file.reason}`)}</span>
						{file.detail && <span className="damaged-detail">{file.detail}</span>}
					</li>
				))}
			</ul>
		</Dialog>
	);
}
