/**
 * What can be measured of a page's look, asked of the page itself: what sticks out, targets too small for
 * a thumb, text too faint to read, a focus that nobody sees. Text, since the server's types know no
 * window.
 */
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { patienceMs, until } from './journey.ts';

/** WCAG 2.2, 2.5.8: the least a target may measure. */
const targetMinPx = 24;

const inThePage = `
window.looking = (() => {
	const stops = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"], [role=slider]';
	const isShown = (each) => {
		const box = each.getBoundingClientRect();
		return box.width > 1 && box.height > 1 && each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !each.closest('[inert]');
	};
	const nameOf = (each) => (each.tagName + ' ' + (each.getAttribute('aria-label') || each.innerText || each.name || each.className)).replace(/\\s+/g, ' ').slice(0, 60);
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = 1;
	const brush = canvas.getContext('2d', { willReadFrequently: true });
	const rgba = (colour) => {
		brush.clearRect(0, 0, 1, 1);
		brush.fillStyle = colour;
		brush.fillRect(0, 0, 1, 1);
		const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
		return [r, g, b, a / 255];
	};
	const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
	const light = (rgb) => {
		const [r, g, b] = rgb.map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	/** Null where a picture or gradient lies under it: that is for eyes. */
	const groundOf = (element) => {
		const layers = [];
		for (let each = element; each; each = each.parentElement) {
			const style = getComputedStyle(each);
			if (style.backgroundImage !== 'none' || Number(style.opacity) < 1) return null;
			const layer = rgba(style.backgroundColor);
			layers.push(layer);
			if (layer[3] === 1) break;
		}
		return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
	};
	const contrastOf = (element) => {
		const ground = groundOf(element);
		if (!ground) return null;
		const text = light(over(rgba(getComputedStyle(element).color), ground));
		const under = light(ground);
		return (Math.max(text, under) + 0.05) / (Math.min(text, under) + 0.05);
	};
	const texts = () => {
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const found = new Set();
		while (walker.nextNode()) if (walker.currentNode.textContent.trim()) found.add(walker.currentNode.parentElement);
		return [...found].filter(isShown);
	};
	const isOverArt = (each) => each.closest('.hero, .title-head, .poster-art, .wide-art, .player, .photo-page, .backdrop') !== null;
	return {
		colourOf: (selector) => rgba(getComputedStyle(document.querySelector(selector)).color).slice(0, 3),
		overflowPx: () => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth,
		small: () =>
			[...document.querySelectorAll(stops)]
				.filter((each) => isShown(each) && each.tabIndex >= 0)
				// A link within a sentence is as high as its line; a real input may lie under its drawn box.
				.filter((each) => getComputedStyle(each).display !== 'inline' && !each.closest('label, .visually-hidden, .skip'))
				.filter((each) => {
					const { width, height } = each.getBoundingClientRect();
					return Math.min(width, height) < ${targetMinPx} - 0.5;
				})
				.map(nameOf),
		faint: () =>
			texts()
				.filter((each) => !isOverArt(each) && !each.closest(':disabled, [aria-disabled=true]'))
				.flatMap((each) => {
					const ratio = contrastOf(each);
					const { fontSize, fontWeight } = getComputedStyle(each);
					const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.6 && Number(fontWeight) >= 700);
					return ratio !== null && ratio < (isLarge ? 3 : 4.5) ? [ratio.toFixed(2) + ' ' + nameOf(each)] : [];
				}),
		measured: () => texts().filter((each) => !isOverArt(each) && contrastOf(each) !== null).length,
		focus: () => {
			const active = document.activeElement;
			if (!active || active === document.body) return null;
			const near = [active, active.parentElement, active.closest('label'), ...active.querySelectorAll(':scope > *, :scope > * > *')];
			const isMarked = (each) => {
				const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each);
				return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && rgba(outlineColor)[3] > 0.5) || /inset|0px 0px 0px [2-9]/.test(boxShadow);
			};
			return { name: nameOf(active), isMarked: near.some((each) => each && isMarked(each)) };
		},
		/** Numbers every stop of the page, so that they are the same ones from call to call. */
		number: () => {
			const all = [...document.querySelectorAll(stops)].filter((each) => isShown(each) && each.tabIndex >= 0 && !each.closest('.skip'));
			for (const [index, each] of all.entries()) each.dataset.stop = String(index);
			return all.map(nameOf);
		},
		focusOn: (index) => document.querySelector('[data-stop="' + index + '"]').focus(),
		at: () => Number(document.activeElement?.dataset?.stop ?? -1),
	};
})();
`;

/** Adds the measuring to a page that is open; its policy does not bind what is asked from outside. */
const prepare = (page: Page): Promise<unknown> => page.evaluate(`(() => { ${inThePage} })()`);

export interface Measured {
	readonly overflowPx: number;
	readonly small: readonly string[];
	readonly faint: readonly string[];
	readonly measured: number;
}

export const measure = async (page: Page): Promise<Measured> => {
	await prepare(page);
	return page.evaluate(
		'({ overflowPx: looking.overflowPx(), small: looking.small(), faint: looking.faint(), measured: looking.measured() })',
	);
};

const lightOf = (rgb: readonly number[]): number => {
	const [r = 0, g = 0, b = 0] = rgb.map((each) =>
		each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4,
	);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Contrast of words over a picture, pixel by pixel: what all but the worst fiftieth of their ground gives. */
export const contrastOverArt = async (page: Page, selector: string): Promise<number> => {
	await prepare(page);
	const words = page.locator(selector).first();
	const text = lightOf(await page.evaluate<number[]>(`looking.colourOf(${JSON.stringify(selector)})`));
	const clip = await words.boundingBox();
	if (!clip) throw new Error(`${selector} is not on screen`);
	const hide = (isHidden: boolean): Promise<unknown> =>
		page.evaluate(
			`(document.querySelector(${JSON.stringify(selector)}).style.opacity = '${isHidden ? '0' : ''}')`,
		);
	await hide(true);
	const ground = await page.screenshot({ clip });
	await hide(false);
	const { data, info } = await sharp(ground).raw().toBuffer({ resolveWithObject: true });
	const ratios: number[] = [];
	for (let at = 0; at + 2 < data.length; at += info.channels) {
		const under = lightOf([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]);
		ratios.push((Math.max(text, under) + 0.05) / (Math.min(text, under) + 0.05));
	}
	ratios.sort((a, b) => a - b);
	return ratios[Math.floor(ratios.length / 50)] ?? 0;
};

/** Goes through the page with the tab key; the names of those stops whose focus cannot be seen. */
export const unseenFocus = async (page: Page, stepsMax: number): Promise<string[]> => {
	await prepare(page);
	const unseen: string[] = [];
	for (let step = 0; step < stepsMax; step += 1) {
		await page.keyboard.press('Tab');
		const focus = await page.evaluate<{ name: string; isMarked: boolean } | null>('looking.focus()');
		if (focus && !focus.isMarked) unseen.push(focus.name);
	}
	return unseen;
};

/**
 * Where the arrow keys lead, from the first press on and from everything they reach: the names of the
 * stops that they never reach.
 */
export const unreachableByArrows = async (page: Page): Promise<string[]> => {
	await prepare(page);
	const names = await page.evaluate<string[]>('looking.number()');
	await page.keyboard.press('ArrowDown');
	const first = await page.evaluate<number>('looking.at()');
	const reached = new Set<number>();
	const ahead = [first];
	const giveUpAt = performance.now() + patienceMs;
	for (let at = ahead.pop(); at !== undefined && performance.now() < giveUpAt; at = ahead.pop()) {
		if (at < 0 || reached.has(at)) continue;
		reached.add(at);
		for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
			await page.evaluate(`looking.focusOn(${at})`);
			await page.keyboard.press(key);
			ahead.push(await page.evaluate<number>('looking.at()'));
			// Where nothing lies in that direction, a menu may open: it is left as people leave it.
			if (
				await page.evaluate<boolean>(
					'document.activeElement?.closest("[role=menu], [role=listbox]") !== null',
				)
			)
				await page.keyboard.press('Escape');
		}
	}
	return names.filter((_, index) => !reached.has(index));
};

/** Pictures on screen are there, and nothing moves any more. */
export const settled = async (page: Page): Promise<void> => {
	await page.evaluate('document.fonts.ready.then(() => true)');
	await until('pictures', () =>
		page.evaluate<boolean>(`[...document.images].every((each) => {
			const box = each.getBoundingClientRect();
			const isOn = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
			return !isOn || (each.complete && getComputedStyle(each).opacity === '1');
		}) && document.getAnimations().every((each) => each.playState !== 'running')`),
	);
};
