/** Who made it and who is in it. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { useText } from '../../messages/use-text.ts';

export function People({ people }: { readonly people: ItemDetail['people'] }) {
	const text = useText();
	if (people.length === 0) return null;
	return (
		<section className="people" aria-label={text('item.people')}>
			<h2>{text('item.people')}</h2>
			<ul>
				{people.map(({ name, part }) => (
					<li key={`${name} ${part ?? ''}`}>
						<span className="people-name">{name}</span>
						{part && <span className="people-part">{part}</span>}
					</li>
				))}
			</ul>
		</section>
	);
}
