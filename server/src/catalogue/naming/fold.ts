/** Text as it is compared, sorted and searched: the same in both databases because it is made here. */

/** Letters that no decomposition takes apart. */
const plainLetters: Readonly<Record<string, string>> = {
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	ø: 'o',
	đ: 'd',
	ð: 'd',
	þ: 'th',
	ł: 'l',
	ı: 'i',
	ħ: 'h',
	ŋ: 'n',
	ſ: 's',
};

/** Marks of Latin, Greek and Cyrillic; marks of other scripts carry meaning and stay. */
const marks = /[̀-ͯ]/gu;
const plain = /[ßæœøđðþłıħŋſ]/gu;

/** Lower case without accents, everything that is neither letter nor digit as single spaces. */
export const foldText = (text: string): string =>
	text
		.toWellFormed()
		.normalize('NFKD')
		.toLowerCase()
		.replace(marks, '')
		.replace(plain, (letter) => plainLetters[letter] ?? letter)
		.normalize('NFC')
		.replace(/['’`´]/gu, '')
		.replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
		.trim();

/** Most words that a search or a title contributes. */
const wordsMax = 24;

/** The words of a text, folded. */
export const foldedWords = (text: string): string[] =>
	foldText(text)
		.split(' ')
		.filter((word) => word !== '')
		.slice(0, wordsMax);

const articles = /^(?:the|a|an|der|die|das|le|la|les|el|los|las|il|lo|de|het|een|den|det|ett|en) (?=.)/u;

/** How a title sorts: folded, without its leading article, its numbers padded so that 2 comes before 10. */
export const sortKeyOf = (title: string): string => {
	const folded = foldText(title);
	const key = (folded === '' ? title.toWellFormed().toLowerCase() : folded.replace(articles, '')).slice(
		0,
		240,
	);
	return key.replace(/\d+/gu, (digits) => digits.slice(0, 18).padStart(6, '0'));
};
