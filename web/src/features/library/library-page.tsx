/** A library: everything in it as one long grid, sorted as one likes. */
import { type Library, listItems } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { call } from '../../api/client.ts';
import { librariesQuery, queryKeys } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { Icon } from '../../player/icons.tsx';
import { Button } from '../../ui/button.tsx';
import { IconCheck, IconWarning } from '../../ui/icons.tsx';
import { MenuButton } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { ScanProgress } from '../home/scan-progress.tsx';
import { rememberWall } from '../photos/wall.ts';
import { type GridKind, ItemGrid } from './item-grid.tsx';
import { type LibrarySort, loadSort, saveSort, sortChoices } from './library-sort.ts';
import { useWindows, type WindowSource } from './use-windows.ts';
import './library.css';

const shapeOf: Record<Library['kind'], GridKind> = { movies: 'poster', shows: 'poster', music: 'square', photos: 'photo' };

const sourceOf = (libraryId: string, { sort, order }: LibrarySort): WindowSource => ({
	queryKey: [...queryKeys.library(libraryId), 'items', sort, order],
	load: (from, limit, signal) =>
		call(listItems, { params: { libraryId }, query: { sort, order, from, limit } }, { signal }),
});

interface SortMenuProps {
	readonly value: LibrarySort;
	readonly onChange: (sort: LibrarySort) => void;
}

function SortMenu({ value, onChange }: SortMenuProps) {
	const text = useText();
	const entries = sortChoices.map((choice) => ({
		key: `${choice.sort}-${choice.order}`,
		label: text(`library.sort.${choice.sort}-${choice.order}`),
		icon: <IconCheck className={choice.sort === value.sort && choice.order === value.order ? '' : 'is-hidden'} />,
		onSelect: () => onChange(choice),
	}));
	const label = text('library.sort');
	const trigger = (
		<Button variant="ghost" icon={<Icon name="sort" />} aria-label={label}>
			{text(`library.sort.${value.sort}-${value.order}`)}
		</Button>
	);
	return <MenuButton label={label} trigger={trigger} entries={entries} />;
}

function LibraryGrid({ library, sort }: { readonly library: Library; readonly sort: LibrarySort }) {
	const text = useText();
	const source = sourceOf(library.libraryId, sort);
	const windows = useWindows(source);
	if (library.kind === 'photos') rememberWall(source);
	if (windows.error) return <ErrorState error={windows.error} onRetry={windows.retry} />;
	if (windows.total === 0) {
		return (
			<EmptyState icon={<IconWarning sizeEm={2} />} title={text(library.isScanning ? 'library.scanning' : 'library.empty')}>
				{text(library.isScanning ? 'library.scanning.text' : 'library.empty.text')}
			</EmptyState>
		);
	}
	return <ItemGrid windows={windows} shape={shapeOf[library.kind]} label={library.name} />;
}

function LibraryHead({ library, menu }: { readonly library: Library; readonly menu: ReactNode }) {
	const text = useText();
	return (
		<header className="page-head library-head">
			<div>
				<PageTitle title={library.name} />
				<p className="library-count">{text('library.count', { count: library.itemCount, kind: library.kind })}</p>
			</div>
			{menu}
		</header>
	);
}

export function LibraryPage() {
	const { libraryId } = useParams({ from: '/signed/libraries/$libraryId' });
	const text = useText();
	const { data: libraries, error, refetch } = useQuery(librariesQuery);
	const library = libraries?.find((candidate) => candidate.libraryId === libraryId);
	const [sort, setSort] = useState<LibrarySort>();
	const shown = sort ?? loadSort(library?.kind ?? 'movies');
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!libraries) return <LoadingState />;
	if (!library) {
		return <EmptyState icon={<IconWarning sizeEm={2} />} title={text('state.absent.title')}>{text('state.absent.text')}</EmptyState>;
	}
	const choose = (chosen: LibrarySort): void => {
		saveSort(library.kind, chosen);
		setSort(chosen);
		window.scrollTo({ top: 0, behavior: 'instant' });
	};
	return (
		<div className="page library-page" key={libraryId}>
			<LibraryHead library={library} menu={<SortMenu value={shown} onChange={choose} />} />
			{library.isAway && (
				<div className="library-notice">
					<Notice tone="warn">{text('library.away')}</Notice>
				</div>
			)}
			<ScanProgress libraryId={libraryId} />
			<LibraryGrid key={`${libraryId}${shown.sort}${shown.order}`} library={library} sort={shown} />
		</div>
	);
}
