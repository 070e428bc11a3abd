/**
 * A mail as text and as HTML. Nothing in it is fetched from anywhere, nothing tells that it was read, and the
 * only link there can be is the one that the person asked for.
 */
import { html, htmlText, type Html } from './html.ts';
import type { Template } from './templates.ts';
import { english } from './words-en.ts';
import { german } from './words-de.ts';
import type { Language, Words } from './words.ts';

export interface LetterParts {
	readonly template: Template;
	readonly language: 'en' | 'de';
	readonly mailNumber: string;
	/** When it happened that the mail is about. */
	readonly at: number;
	/** Null for a mail without. */
	readonly link: string | null;
	readonly code: string | null;
}

export interface WrittenLetter {
	readonly subject: string;
	readonly text: string;
	readonly html: string;
}

const languages: Readonly<Record<'en' | 'de', Language>> = { en: english, de: german };

const timeIn = (language: 'en' | 'de', at: number): string => {
	const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
	return `${new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'de-DE', options).format(at)} UTC`;
};

export const subjectOf = (template: Template, language: 'en' | 'de' | null): string =>
	languages[language ?? 'en'].words(template, '').subject;

/** What stands under every mail; letters to strangers say nothing of an account. */
const footerOf = ({ template, mailNumber }: LetterParts, language: Language): string[] => {
	const isNotice = template.startsWith('notice-');
	return [
		...(isNotice ? [language.notByYou] : []),
		`${language.mailNumber}: ${mailNumber}`,
		language.isItOurs,
		language.weNeverAsk,
	];
};

const textOf = (parts: LetterParts, words: Words, language: Language): string =>
	[
		language.greeting,
		...words.body,
		...(parts.link === null ? [] : [`${words.button ?? ''}:\n${parts.link}`]),
		...(parts.code === null ? [] : [`    ${parts.code}`]),
		...(words.after ?? []),
		'-- ',
		...footerOf(parts, language),
	]
		.join('\n\n')
		.concat('\n');

/** Colours that mail programs may turn round; nothing is hidden where they take no styles. */
const styleElement = html`<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 24px; background: #f5f5f4; color: #1c1917; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 34em; margin: 0 auto; padding: 24px; border-radius: 12px; background: #ffffff; }
a.button { display: inline-block; padding: 12px 20px; border-radius: 8px; background: #1d4ed8; color: #ffffff;
	text-decoration: none; font-weight: 600; }
.code { font: 600 24px/1.4 ui-monospace, monospace; letter-spacing: 0.06em; }
.small { color: #57534e; font-size: 14px; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
	body { background: #0c0a09; color: #f5f5f4; } main { background: #1c1917; } .small { color: #a8a29e; }
	a.button { background: #93b4fd; color: #0c0a09; }
}
</style>`;

const linkPart = (link: string, button: string): Html =>
	html`<p><a class="button" href="${link}">${button}</a></p><p class="small">${link}</p>`;

const pageOf = (parts: LetterParts, words: Words, language: Language): string => {
	const paragraph = (text: string): Html => html`<p>${text}</p>`;
	const small = (text: string): Html => html`<p class="small">${text}</p>`;
	return htmlText(html`<!doctype html>
<html lang="${language.code}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>${words.subject}</title>${styleElement}</head><body><main>
${[language.greeting, ...words.body].map(paragraph)}
${parts.link === null ? [] : linkPart(parts.link, words.button ?? '')}
${parts.code === null ? [] : html`<p class="code">${parts.code}</p>`}
${(words.after ?? []).map(paragraph)}
<hr>${footerOf(parts, language).map(small)}
</main></body></html>
`);
};

/** The same words twice: whoever reads the text misses nothing. */
export const writeLetter = (parts: LetterParts): WrittenLetter => {
	const language = languages[parts.language];
	const words = language.words(parts.template, timeIn(parts.language, parts.at));
	return {
		subject: words.subject,
		text: textOf(parts, words, language),
		html: pageOf(parts, words, language),
	};
};
