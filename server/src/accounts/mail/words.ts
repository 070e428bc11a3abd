/** What a mail says, before it is laid out. Both languages have the same shape. */
import type { Template } from './templates.ts';

export interface Words {
	readonly subject: string;
	/** Paragraphs, top to bottom; the link or code stands after them. */
	readonly body: readonly string[];
	/** On the button of a letter with a link. */
	readonly button?: string;
	/** After the link or code. */
	readonly after?: readonly string[];
}

export interface Language {
	readonly code: 'en' | 'de';
	readonly greeting: string;
	/** `at` is such as `23 November 2026, 09:40 UTC`. */
	readonly words: (template: Template, at: string) => Words;
	readonly notByYou: string;
	readonly mailNumber: string;
	readonly isItOurs: string;
	readonly weNeverAsk: string;
}
