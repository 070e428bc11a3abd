/** HTML that is escaped by construction: a text that goes in comes out as text. */

const brand: unique symbol = Symbol('html');

export interface Html {
	readonly [brand]: string;
}

const replaced: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/gu, (character) => replaced[character]!);

const print = (part: string | Html | readonly Html[]): string => {
	if (typeof part === 'string') return escaped(part);
	return brand in part ? part[brand] : part.map((each) => each[brand]).join('');
};

/** Literal parts stand as they are written; everything else is escaped unless it was made here. */
export const html = (
	strings: TemplateStringsArray,
	...parts: readonly (string | Html | readonly Html[])[]
): Html => ({
	[brand]: strings.reduce((text, next, index) => text + print(parts[index - 1] ?? '') + next),
});

export const htmlText = (page: Html): string => page[brand];
