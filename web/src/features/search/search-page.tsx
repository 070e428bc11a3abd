/** Search as one types: the address keeps the words, results stay until better ones come. */
import { type ItemCard, search } from '@holdfast/contract/catalogue';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { IconClose, IconSearch } from '../../ui/icons.tsx';
import { aspectOf, Poster } from '../../ui/poster.tsx';
import { Row } from '../../ui/row.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { useSharedArt } from '../item/shared-art.ts';
import { groupResults, type SearchGroup } from './groups.ts';
import './search.css';

/** Long enough to skip letters in the middle of a word, short enough not to be felt. */
const settleMs = 80;

const useSettled = (value: string): string => {
	const [settled, setSettled] = useState(value);
	useEffect(() => {
		const timer = window.setTimeout(() => setSettled(value), settleMs);
		return () => window.clearTimeout(timer);
	}, [value]);
	return settled;
};

const shapeOf = (group: SearchGroup): 'poster' | 'wide' | 'square' => {
	if (group === 'films' || group === 'series') return 'poster';
	return group === 'episodes' ? 'wide' : 'square';
};

const addressOf = ({ kind }: ItemCard): '/items/$itemId' | '/photos/$itemId' =>
	kind === 'photo' ? '/photos/$itemId' : '/items/$itemId';

function Results({ q }: { readonly q: string }) {
	const text = useText();
	const { data, error, refetch, isPlaceholderData } = useQuery({
		queryKey: queryKeys.search(q),
		queryFn: ({ signal }) => call(search, { query: { q } }, { signal }),
		placeholderData: keepPreviousData,
		enabled: q !== '',
		staleTime: 30_000,
	});
	if (q === '') return <p className="search-hint">{text('search.hint')}</p>;
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data) return null;
	if (data.items.length === 0) {
		return (
			<EmptyState icon={<IconSearch sizeEm={2} />} title={text('search.none', { q })}>
				{text('search.none.text')}
			</EmptyState>
		);
	}
	return (
		<div className={isPlaceholderData ? 'search-results is-old' : 'search-results'}>
			<p className="visually-hidden" role="status">
				{text('search.count', { count: data.items.length })}
			</p>
			{groupResults(data.items).map(({ group, items }) => (
				<Row key={group} title={text(`search.group.${group}`)} shape={shapeOf(group)}>
					{items.map((card) => (
						<Poster
							key={card.itemId}
							card={card}
							aspect={shapeOf(group) === 'square' ? 1 : aspectOf(card.kind)}
							to={addressOf(card)}
						/>
					))}
				</Row>
			))}
		</div>
	);
}

export function SearchPage() {
	const text = useText();
	useSharedArt();
	const { q } = useSearch({ from: '/signed/search' });
	const navigate = useNavigate();
	const [typed, setTyped] = useState(q);
	const settled = useSettled(typed.trim());
	const field = useRef<HTMLInputElement>(null);
	useEffect(() => field.current?.focus(), []);
	useEffect(() => {
		// Replaced, not pushed: going back leaves the search, not one letter. No transition for a letter either.
		if (settled !== q)
			void navigate({ to: '/search', search: { q: settled }, replace: true, viewTransition: false });
	}, [settled, q, navigate]);
	return (
		<div className="page search-page">
			<PageTitle title={text('page.search')} isHidden />
			<SearchField
				className="search-field"
				aria-label={text('search.label')}
				value={typed}
				onChange={setTyped}
				maxLength={120}
			>
				<IconSearch sizeEm={1.4} />
				<Input
					ref={field}
					className="search-input"
					placeholder={text('search.placeholder')}
					enterKeyHint="search"
					autoCapitalize="off"
				/>
				{typed !== '' && (
					<AriaButton className="button button-ghost button-icon" aria-label={text('search.clear')}>
						<IconClose />
					</AriaButton>
				)}
			</SearchField>
			<Results q={settled} />
		</div>
	);
}
