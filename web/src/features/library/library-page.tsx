/** A library: everything in it as one long grid, sorted as one likes. */
import { type Library, listItems } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { librariesQuery, queryKeys } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { Icon } from '../../player/icons.tsx';
import { Button } from '../../ui/button.tsx';
import { IconCheck, IconWarning } from '../../ui/icons.tsx';
import { MenuButton } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { ScanProgress } from '../home/scan-progress.tsx';
import { rememberWall } from '../photos/wall.ts';
import { type GridKind, ItemGrid } from './item-grid.tsx';
import { choicesFor, isPhotoWall, type LibrarySort, loadSort, saveSort } from './library-sort.ts';
import { useWindows, type Windows, type WindowSource } from './use-windows.ts';
import './library.css';

const shapeOf: Record<Library['kind'], GridKind> = {
	movies: 'poster',
	shows: 'poster',
	music: 'square',
	photos: 'photo',
};

const sourceOf = (libraryId: string, { sort, order }: LibrarySort): WindowSource => ({
	queryKey: [...queryKeys.library(libraryId), 'items', sort, order],
	load: (from, limit, signal) =>
		call(listItems, { params: { libraryId }, query: { sort, order, from, limit } }, { signal }),
});

interface SortMenuProps {
	readonly library: Library;
	readonly value: LibrarySort;
	readonly onChange: (sort: LibrarySort) => void;
}

const labelOf = (library: Library, { sort, order }: LibrarySort): MessageKey => {
	const isAlbums = library.kind === 'photos' && sort !== 'year';
	return isAlbums && sort === 'title' ? 'library.sort.albums' : `library.sort.${sort}-${order}`;
};

function SortMenu({ library, value, onChange }: SortMenuProps) {
	const text = useText();
	const entries = choicesFor(library.kind).map((choice) => ({
		key: `${choice.sort}-${choice.order}`,
		label: text(labelOf(library, choice)),
		icon: (
			<IconCheck className={choice.sort === value.sort && choice.order === value.order ? '' : 'is-hidden'} />
		),
		onSelect: () => onChange(choice),
	}));
	const label = text('library.sort');
	const trigger = (
		<Button variant="ghost" icon={<Icon name="sort" />}>
			<span className="visually-hidden">{label}: </span>
			{text(labelOf(library, value))}
		</Button>
	);
	return <MenuButton label={label} trigger={trigger} entries={entries} />;
}

/** What is counted: photos by date are photos, everything else in a photo library is an album. */
const countKind = (library: Library, sort: LibrarySort): string =>
	library.kind === 'photos' && !isPhotoWall(library.kind, sort) ? 'music' : library.kind;

function LibraryGrid({ library, sort, windows }: LibraryPart & { readonly windows: Windows }) {
	const text = useText();
	if (windows.error) return <ErrorState error={windows.error} onRetry={windows.retry} />;
	if (windows.total === 0) {
		return (
			<EmptyState
				icon={<IconWarning sizeEm={2} />}
				title={text(library.isScanning ? 'library.scanning' : 'library.empty')}
			>
				{text(library.isScanning ? 'library.scanning.text' : 'library.empty.text')}
			</EmptyState>
		);
	}
	const isAlbums = library.kind === 'photos' && !isPhotoWall(library.kind, sort);
	return (
		<ItemGrid windows={windows} shape={isAlbums ? 'square' : shapeOf[library.kind]} label={library.name} />
	);
}

interface LibraryPart {
	readonly library: Library;
	readonly sort: LibrarySort;
}

/** One library; another one starts from nothing. */
function LibraryView({ library }: { readonly library: Library }) {
	const text = useText();
	const [sort, setSort] = useState<LibrarySort>(() => loadSort(library.kind));
	const source = sourceOf(library.libraryId, sort);
	const windows = useWindows(source);
	if (isPhotoWall(library.kind, sort)) rememberWall(source);
	const choose = (chosen: LibrarySort): void => {
		saveSort(library.kind, chosen);
		setSort(chosen);
		window.scrollTo({ top: 0, behavior: 'instant' });
	};
	const count = windows.total ?? library.itemCount;
	return (
		<div className="page library-page">
			<header className="page-head library-head">
				<div>
					<PageTitle title={library.name} />
					<p className="library-count">{text('library.count', { count, kind: countKind(library, sort) })}</p>
				</div>
				<SortMenu library={library} value={sort} onChange={choose} />
			</header>
			{library.isAway && (
				<div className="library-notice">
					<Notice tone="warn">{text('library.away')}</Notice>
				</div>
			)}
			<ScanProgress libraryId={library.libraryId} />
			<LibraryGrid key={`${sort.sort}${sort.order}`} library={library} sort={sort} windows={windows} />
		</div>
	);
}

export function LibraryPage() {
	const { libraryId } = useParams({ from: '/signed/libraries/$libraryId' });
	const text = useText();
	const { data: libraries, error, refetch } = useQuery(librariesQuery);
	const library = libraries?.find((candidate) => candidate.libraryId === libraryId);
	if (library) return <LibraryView key={libraryId} library={library} />;
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!libraries) return <LoadingState />;
	return (
		<EmptyState icon={<IconWarning sizeEm={2} />} title={text('state.absent.title')}>
			{text('state.absent.text')}
		</EmptyState>
	);
}
