/** A series or a season: its seasons as tabs, their episodes with stills and what is left to see. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useText } from '../../messages/use-text.ts';
import { shareOf } from '../../player/time.ts';
import { IconCheck, IconPlay } from '../../ui/icons.tsx';
import { Picture } from '../../ui/picture.tsx';
import { People } from './people.tsx';
import { PlayButton } from './play-button.tsx';
import { useRuntime } from './runtime.tsx';
import { TitleHead } from './title-head.tsx';
import { WatchedButton } from './watched-button.tsx';

type Group = ItemDetail['groups'][number];
type Episode = Group['items'][number];

const numberWords = (episode: Episode): string => {
	if (episode.number === null) return '';
	return episode.numberEnd === null ? `${episode.number}` : `${episode.number}–${episode.numberEnd}`;
};

function EpisodeEntry({ episode }: { readonly episode: Episode }) {
	const text = useText();
	const runtime = useRuntime();
	const share = shareOf(episode.positionMs, episode.durationMs);
	const number = numberWords(episode);
	return (
		<li className="episode">
			<Link
				to="/play/$itemId"
				params={{ itemId: episode.itemId }}
				className="episode-still"
				aria-label={text('item.play-title', { title: episode.title })}
			>
				<Picture
					image={episode.image}
					alt=""
					sizes="(min-width: 44rem) 18rem, 40vw"
					aspect={16 / 9}
					fallback={number}
				/>
				<span className="episode-play">
					<IconPlay sizeEm={1.6} />
				</span>
				{share > 0 && (
					<span className="poster-progress">
						<span style={{ transform: `scaleX(${share})` }} />
					</span>
				)}
				{episode.isWatched && (
					<span className="poster-badge">
						<IconCheck sizeEm={1.1} />
						<span className="visually-hidden">{text('poster.watched')}</span>
					</span>
				)}
			</Link>
			<Link
				to="/items/$itemId"
				params={{ itemId: episode.itemId }}
				className="episode-words"
				data-item={episode.itemId}
			>
				<h3>
					{number && <span className="episode-number">{number}</span>}
					{episode.title}
				</h3>
				{episode.durationMs !== null && <p className="episode-facts">{runtime(episode.durationMs)}</p>}
				{episode.overview && <p className="episode-overview">{episode.overview}</p>}
			</Link>
		</li>
	);
}

const unwatchedIn = (group: Group): number => group.items.filter((episode) => !episode.isWatched).length;

function Episodes({ group }: { readonly group: Group }) {
	return (
		<ul className="episodes">
			{group.items.map((episode) => (
				<EpisodeEntry key={episode.itemId} episode={episode} />
			))}
		</ul>
	);
}

/** The season that holds what plays next, else the first. */
const firstSeason = (detail: ItemDetail): string => {
	const index = detail.groups.findIndex(({ items }) =>
		items.some(({ itemId }) => itemId === detail.playItemId),
	);
	return String(Math.max(0, index));
};

function Seasons({ detail }: { readonly detail: ItemDetail }) {
	const text = useText();
	const [selected, setSelected] = useState(() => firstSeason(detail));
	const [only] = detail.groups;
	if (!only) return <p className="title-none">{text('item.no-episodes')}</p>;
	if (detail.groups.length === 1) return <Episodes group={only} />;
	return (
		<Tabs selectedKey={selected} onSelectionChange={(key) => setSelected(String(key))}>
			<TabList aria-label={text('item.seasons')} className="season-tabs">
				{detail.groups.map((group, index) => (
					<Tab key={group.title} id={String(index)} className="season-tab">
						{group.title}
						{unwatchedIn(group) > 0 && <span className="season-count">{unwatchedIn(group)}</span>}
					</Tab>
				))}
			</TabList>
			{detail.groups.map((group, index) => (
				<TabPanel key={group.title} id={String(index)} className="season-panel">
					<Episodes group={group} />
				</TabPanel>
			))}
		</Tabs>
	);
}

export function SeriesPage({ detail }: { readonly detail: ItemDetail }) {
	const text = useText();
	const { card, groups } = detail;
	const episodes = groups.reduce((count, { items }) => count + items.length, 0);
	const facts = [
		card.year,
		groups.length > 1 ? text('item.season-count', { count: groups.length }) : null,
		episodes > 0 ? text('item.episode-count', { count: episodes }) : null,
		card.unwatchedCount ? text('item.unwatched-count', { count: card.unwatchedCount }) : null,
	];
	const actions = (
		<>
			<PlayButton detail={detail} />
			<WatchedButton itemId={card.itemId} isWatched={card.isWatched} />
		</>
	);
	return (
		<article className="title-page">
			<TitleHead detail={detail} facts={facts} actions={actions} />
			<Seasons detail={detail} />
			<People people={detail.people} />
		</article>
	);
}
