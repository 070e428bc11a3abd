/** A film, or one episode: everything about a single thing to watch. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { fileWords } from '../../player/stream-words.ts';
import { Files } from './files.tsx';
import { People } from './people.tsx';
import { PlayButton } from './play-button.tsx';
import { useRuntime } from './runtime.tsx';
import { TitleHead } from './title-head.tsx';
import { WatchedButton } from './watched-button.tsx';

export function FilmPage({ detail }: { readonly detail: ItemDetail }) {
	const runtime = useRuntime();
	const { card, files, people } = detail;
	const [first] = files;
	const facts = [
		card.kind === 'episode' ? card.subtitle : card.year,
		card.durationMs === null ? null : runtime(card.durationMs),
		...(first ? fileWords(first) : []),
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
			<People people={people} />
			<Files files={files} itemId={card.itemId} />
		</article>
	);
}
