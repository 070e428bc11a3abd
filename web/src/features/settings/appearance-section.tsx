/** How it looks and what it speaks, in this browser. */
import { useState } from 'react';
import { type Appearance, readAppearance, setAppearance } from '../../app/appearance.ts';
import { type Language, useLanguage } from '../../app/language.tsx';
import { useText } from '../../messages/use-text.ts';
import { Segments } from '../../ui/choice.tsx';

const appearances: readonly Appearance[] = ['system', 'dark', 'light'];
/** Each language names itself. */
const languages: readonly { value: Language; label: string }[] = [
	{ value: 'en', label: 'English' },
	{ value: 'de', label: 'Deutsch' },
];

export function AppearanceSection() {
	const text = useText();
	const { language, setLanguage } = useLanguage();
	const [appearance, choose] = useState(readAppearance);
	const change = (next: Appearance) => {
		setAppearance(next);
		choose(next);
	};
	const options = appearances.map((value) => ({ value, label: text(`settings.look.${value}`) }));
	return (
		<section className="section" aria-labelledby="look">
			<h2 id="look">{text('settings.look')}</h2>
			<div className="panel">
				<Segments label={text('settings.look')} value={appearance} onChange={change} options={options} />
				<div className="option">
					<h3>{text('settings.language')}</h3>
					<Segments
						label={text('settings.language')}
						value={language}
						onChange={setLanguage}
						options={languages}
					/>
				</div>
			</div>
		</section>
	);
}
