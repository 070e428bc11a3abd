/** The start page: one title large, then rows of what to go on with, what comes next and what is new. */
import { getHome, type HomeRow } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { librariesQuery, queryKeys, sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { LinkButton } from '../../ui/button.tsx';
import { IconChevronRight, IconFilm, IconFolder } from '../../ui/icons.tsx';
import { Poster } from '../../ui/poster.tsx';
import { Row } from '../../ui/row.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { useSharedArt } from '../item/shared-art.ts';
import { Hero, HeroSkeleton } from './hero.tsx';
import { heroOf } from './hero-choice.ts';
import { ScanProgress } from './scan-progress.tsx';
import { WideTile } from './wide-tile.tsx';
import './home.css';

const homeQuery = {
	queryKey: queryKeys.home,
	queryFn: ({ signal }: { signal: AbortSignal }) => call(getHome, undefined, { signal }),
};

function RowTitle({ row }: { readonly row: HomeRow }) {
	const text = useText();
	if (!row.library) return text(row.row === 'continue' ? 'home.continue' : 'home.next-up');
	return (
		<Link to="/libraries/$libraryId" params={{ libraryId: row.library.libraryId }}>
			{text('home.recent', { name: row.library.name })}
			<IconChevronRight />
		</Link>
	);
}

const isSquare = (row: HomeRow): boolean => row.library?.kind === 'music' || row.library?.kind === 'photos';

function HomeRowView({ row }: { readonly row: HomeRow }) {
	const isWide = row.row !== 'recently-added';
	const shape = isWide ? 'wide' : isSquare(row) ? 'square' : 'poster';
	return (
		<Row title={<RowTitle row={row} />} shape={shape}>
			{row.items.map((card) =>
				isWide ? (
					<WideTile key={card.itemId} card={card} />
				) : (
					<Poster
						key={card.itemId}
						card={card}
						aspect={isSquare(row) ? 1 : 2 / 3}
						{...(card.kind === 'photo' && { isBare: true, to: '/photos/$itemId' as const })}
					/>
				),
			)}
		</Row>
	);
}

/** Nothing to show yet: because there is no library, because one is being read, or because all are empty. */
function NothingYet() {
	const text = useText();
	const { data: libraries } = useQuery(librariesQuery);
	const { data: signed } = useQuery(sessionQuery);
	if (!libraries) return null;
	const mayAdd = signed?.person.role === 'owner' || signed?.person.role === 'administrator';
	if (libraries.some(({ isScanning }) => isScanning)) {
		return (
			<EmptyState icon={<IconFilm sizeEm={2} />} title={text('home.scanning')}>
				{text('home.scanning.text')}
			</EmptyState>
		);
	}
	const isBare = libraries.length === 0;
	return (
		<EmptyState
			icon={<IconFolder sizeEm={2} />}
			title={text(isBare ? 'home.no-libraries' : 'home.nothing')}
			action={
				mayAdd && (
					<LinkButton to="/settings" variant="primary" isLarge>
						{text(isBare ? 'home.add-library' : 'home.see-libraries')}
					</LinkButton>
				)
			}
		>
			{text(mayAdd ? (isBare ? 'home.no-libraries.text' : 'home.nothing.text') : 'home.no-libraries.ask')}
		</EmptyState>
	);
}

function HomeBody() {
	const { data, error, refetch } = useQuery(homeQuery);
	if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data) return <HeroSkeleton />;
	const hero = heroOf(data.rows);
	return (
		<>
			{hero && <Hero card={hero} />}
			<ScanProgress />
			{data.rows.length === 0 && <NothingYet />}
			<div className="home-rows">
				{data.rows.map((row) => (
					<HomeRowView key={`${row.row}${row.library?.libraryId ?? ''}`} row={row} />
				))}
			</div>
		</>
	);
}

export function HomePage() {
	const text = useText();
	useSharedArt();
	return (
		<div className="home-page">
			<PageTitle title={text('page.home')} isHidden />
			<HomeBody />
		</div>
	);
}
