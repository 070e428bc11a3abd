/** Side rail on wide screens, bottom bar on phones: start, search, libraries, the person. */
import type { Library, LibraryKind } from '@holdfast/contract/catalogue';
import { signOut } from '@holdfast/contract/accounts';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { announceSignedOut, call } from '../api/client.ts';
import { librariesQuery, sessionQuery, statusQuery } from '../api/queries.ts';
import { useText } from '../messages/use-text.ts';
import {
	IconFilm,
	IconHome,
	IconMusic,
	IconOffline,
	IconPencil,
	IconPerson,
	IconPhoto,
	IconSearch,
	IconSeries,
	IconSettings,
	IconShield,
	IconSignOut,
} from '../ui/icons.tsx';
import { MenuButton, type MenuEntry } from '../ui/menu.tsx';
import { Mark } from './mark.tsx';

/** The picture of a kind of library. */
export const libraryIcon = (kind: LibraryKind, sizeEm = 1.4): ReactNode => {
	if (kind === 'movies') return <IconFilm sizeEm={sizeEm} />;
	if (kind === 'shows') return <IconSeries sizeEm={sizeEm} />;
	return kind === 'music' ? <IconMusic sizeEm={sizeEm} /> : <IconPhoto sizeEm={sizeEm} />;
};

/** Nothing can be searched where this is an account service alone. */
function SearchLink({ className }: { readonly className: 'rail-link' | 'bar-link' }) {
	const text = useText();
	const hasMedia = useQuery(statusQuery).data?.hasMedia !== false;
	if (!hasMedia) return null;
	return (
		<Link
			to="/search"
			search={{ q: '' }}
			className={className}
			activeProps={{ 'aria-current': 'page' }}
			activeOptions={{ includeSearch: false }}
		>
			<IconSearch sizeEm={className === 'bar-link' ? 2 : 1.4} />
			<span>{text('nav.search')}</span>
		</Link>
	);
}

/** None where this is an account service alone. */
const useLibraries = (): readonly Library[] => {
	const hasMedia = useQuery(statusQuery).data?.hasMedia === true;
	return useQuery({ ...librariesQuery, enabled: hasMedia }).data ?? [];
};

/** What a person does with an account is done at the account service, where that is another. */
const useHasAccounts = (): boolean => useQuery(statusQuery).data?.authority == null;

const useProfileEntries = (): readonly MenuEntry[] => {
	const text = useText();
	const navigate = useNavigate();
	const leave = async () => {
		await call(signOut).catch(() => undefined);
		announceSignedOut();
	};
	const role = useQuery(sessionQuery).data?.person.role;
	const hasAccounts = useHasAccounts();
	const people: readonly MenuEntry[] =
		role === 'owner' || role === 'administrator'
			? [
					{
						key: 'people',
						label: text('nav.people'),
						icon: <IconPerson />,
						onSelect: () => void navigate({ to: '/people' }),
					},
				]
			: [];
	const account: readonly MenuEntry[] = [
		{
			key: 'profile',
			label: text('nav.own-profile'),
			icon: <IconPencil />,
			onSelect: () => void navigate({ to: '/profile' }),
		},
		...people,
		{
			key: 'security',
			label: text('nav.security'),
			icon: <IconShield />,
			onSelect: () => void navigate({ to: '/security' }),
		},
	];
	return [
		...(hasAccounts ? account : []),
		{
			key: 'settings',
			label: text('nav.settings'),
			icon: <IconSettings />,
			onSelect: () => void navigate({ to: '/settings' }),
		},
		{ key: 'sign-out', label: text('nav.sign-out'), icon: <IconSignOut />, onSelect: () => void leave() },
	];
};

function Profile({
	className,
	placement,
}: {
	readonly className: string;
	readonly placement: 'top start' | 'right bottom';
}) {
	const text = useText();
	const person = useQuery(sessionQuery).data?.person;
	const entries = useProfileEntries();
	const name = person?.displayName ?? '';
	const trigger = (
		<AriaButton className={className} aria-label={text('nav.profile', { name })}>
			<span className="avatar" aria-hidden="true">
				{[...name][0]?.toUpperCase()}
			</span>
			<span>{className === 'bar-link' ? text('nav.profile-short') : name}</span>
		</AriaButton>
	);
	const head = (
		<>
			<strong>{name}</strong>
			<div className="field-note">{person?.username}</div>
		</>
	);
	return (
		<MenuButton
			label={text('nav.profile', { name })}
			trigger={trigger}
			head={head}
			entries={entries}
			placement={placement}
		/>
	);
}

function LibraryLink({ library, className }: { readonly library: Library; readonly className: string }) {
	return (
		<Link
			to="/libraries/$libraryId"
			params={{ libraryId: library.libraryId }}
			className={className}
			activeProps={{ 'aria-current': 'page' }}
		>
			{libraryIcon(library.kind, className === 'bar-link' ? 2 : 1.4)}
			<span>{library.name}</span>
			{library.isAway && className === 'rail-link' && (
				<span className="rail-away">
					<IconOffline sizeEm={1.1} />
				</span>
			)}
		</Link>
	);
}

export function Rail() {
	const text = useText();
	const libraries = useLibraries();
	return (
		<nav className="rail" aria-label={text('nav.label')} data-spatial-sideways>
			<Link to="/" className="rail-mark" aria-label={text('app.name')}>
				<Mark />
				<span>{text('app.name')}</span>
			</Link>
			<Link
				to="/"
				className="rail-link"
				activeProps={{ 'aria-current': 'page' }}
				activeOptions={{ exact: true }}
			>
				<IconHome />
				<span>{text('nav.home')}</span>
			</Link>
			<SearchLink className="rail-link" />
			{libraries.length > 0 && <h2 className="rail-heading">{text('nav.libraries')}</h2>}
			{libraries.map((library) => (
				<LibraryLink key={library.libraryId} library={library} className="rail-link" />
			))}
			<div className="rail-grow" />
			<Profile className="rail-link" placement="right bottom" />
		</nav>
	);
}

/** Room for five on a phone: start, search, two libraries or a list of them all, the person. */
const librariesInBar = 2;

/** Every library behind one button, where there are more than the bar has room for. */
function LibraryMenu({ libraries }: { readonly libraries: readonly Library[] }) {
	const text = useText();
	const navigate = useNavigate();
	const isHere = useLocation({ select: ({ pathname }) => pathname.startsWith('/libraries/') });
	const trigger = (
		<AriaButton className="bar-link" {...(isHere ? { 'data-current': true } : {})}>
			<IconFilm sizeEm={2} />
			<span>{text('nav.libraries')}</span>
		</AriaButton>
	);
	const entries = libraries.map(({ libraryId, name, kind }) => ({
		key: libraryId,
		label: name,
		icon: libraryIcon(kind),
		onSelect: () => void navigate({ to: '/libraries/$libraryId', params: { libraryId } }),
	}));
	return (
		<MenuButton label={text('nav.libraries')} trigger={trigger} entries={entries} placement="top start" />
	);
}

export function Bar() {
	const text = useText();
	const libraries = useLibraries();
	return (
		<nav className="bar" aria-label={text('nav.label')}>
			<Link
				to="/"
				className="bar-link"
				activeProps={{ 'aria-current': 'page' }}
				activeOptions={{ exact: true }}
			>
				<IconHome sizeEm={2} />
				<span>{text('nav.home')}</span>
			</Link>
			<SearchLink className="bar-link" />
			{libraries.length > librariesInBar ? (
				<LibraryMenu libraries={libraries} />
			) : (
				libraries.map((library) => (
					<LibraryLink key={library.libraryId} library={library} className="bar-link" />
				))
			)}
			<Profile className="bar-link" placement="top start" />
		</nav>
	);
}
