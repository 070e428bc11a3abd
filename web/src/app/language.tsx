/** The chosen language and its messages: the browser's, unless the person chose one. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider } from 'react-intl';
import { de } from '../messages/de.ts';
import { en } from '../messages/en.ts';
import { readLocal, writeLocal } from './storage.ts';

export type Language = 'en' | 'de';

const catalogues = { en, de } as const;
const isLanguage = (value: unknown): value is Language => value === 'en' || value === 'de';

const initialLanguage = (): Language => {
	const chosen = readLocal('language');
	if (isLanguage(chosen)) return chosen;
	const wished = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
	return wished ?? 'en';
};

const LanguageContext = createContext<{ language: Language; setLanguage: (next: Language) => void }>({
	language: 'en',
	setLanguage: () => undefined,
});

/** The language on screen, and the way to change it at once. */
export const useLanguage = () => useContext(LanguageContext);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
	const [language, setLanguage] = useState(initialLanguage);
	useEffect(() => {
		document.documentElement.lang = language;
	}, [language]);
	const value = useMemo(
		() => ({
			language,
			setLanguage: (next: Language) => {
				writeLocal('language', next);
				setLanguage(next);
			},
		}),
		[language],
	);
	return (
		<LanguageContext value={value}>
			<IntlProvider locale={language} messages={catalogues[language]}>
				{children}
			</IntlProvider>
		</LanguageContext>
	);
}
