/**
 * Titles as libraries have them: a few words in most of them, many names in few. The same ones in every run.
 */

/** A small generator of even chances; seeded, so that runs compare. */
export const createChance = (seed: number): (() => number) => {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
};

const commonWords =
	`night day man house love dark time life girl world black city dead last red river king war blood lost
	white home heart secret land summer star road devil blue fire woman story moon game dream winter street island
	return silent boy death mountain queen little great stranger golden ghost garden bridge train wild murder song
	water sun light children shadow brother wolf storm north south east west empire forest train angel bird rain
	daughter kingdom hour iron glass paper broken hunter stone legend doctor sister train captain dragon desert sea
	wedding journey letter wind family future memory ocean party prince rose sand school sky snow soldier spring
	tower train valley village voice wall window witch year york young zero alien atlas autumn beach beauty bell
	castle cloud crime cross crown dance diamond door escape eternal evil eye face falcon fear field flight flower`
		.split(/\s+/)
		.filter((word) => word !== '');
const openings = ['The', 'The', 'The', 'A', 'My', 'Der', 'La', 'Le', 'El', '', '', '', '', '', ''];
const syllables =
	'ka ro mi ta ve lin sor dan el mar tho bri gan ul ska per nor wen fa lo ri chen hal dra quin os be zu jo an'.split(
		' ',
	);

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export interface Titles {
	title(): string;
	name(): string;
}

/**
 * A stream of titles. The commonest words come a thousand times more often than the rarest, as in any
 * language.
 */
export const createTitles = (chance: () => number): Titles => {
	const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
	const word = (): string => capital(commonWords[Math.floor(chance() ** 3 * commonWords.length)] as string);
	const name = (): string =>
		capital(Array.from({ length: 2 + Math.floor(chance() * 3) }, () => pick(syllables)).join(''));
	const some = (): string => (chance() < 0.35 ? name() : word());
	const body = (): string => {
		const form = chance();
		if (form < 0.2) return some();
		if (form < 0.55) return `${some()} ${some()}`;
		if (form < 0.75) return `${some()} of ${some()}`;
		if (form < 0.9) return `${some()} and the ${some()} ${some()}`;
		return `${some()} ${some()} ${1 + Math.floor(chance() * 9)}`;
	};
	return { name, title: () => `${pick(openings)} ${body()}`.trim() };
};
