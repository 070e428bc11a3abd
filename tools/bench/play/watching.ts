/**
 * A person in Chromium who presses play and seeks; times are taken in the page, from the click to the
 * picture.
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { needProgram } from '../programs.ts';
import type { Way } from './films.ts';

const frameMaxMs = 30_000;

/** Runs in the page before its own scripts; the measurement's types know no window. */
const listenScript = (heightMaxPx: number): string => `
window.measured = { clickedMs: null, frameMs: null, method: null };
window.pictureThere = new Promise((resolve, reject) => {
	window.showPicture = resolve;
	setTimeout(() => reject(new Error('No picture came.')), ${frameMaxMs});
});
window.pictureThere.catch(() => {});
addEventListener('click', (event) => { window.measured.clickedMs ??= event.timeStamp; }, true);
new MutationObserver((_, observer) => {
	const video = document.querySelector('video');
	if (!video) return;
	observer.disconnect();
	video.requestVideoFrameCallback(() => { window.measured.frameMs = performance.now(); window.showPicture(); });
}).observe(document, { childList: true, subtree: true });
const plainFetch = window.fetch;
window.fetch = async (address, init) => {
	if (init?.method !== 'POST' || !/\\/playback$/.test(String(address))) return plainFetch(address, init);
	const body = JSON.parse(init.body);
	if (${heightMaxPx} > 0) body.capabilities.heightMaxPx = ${heightMaxPx};
	const response = await plainFetch(address, { ...init, body: JSON.stringify(body) });
	response.clone().json().then((plan) => { window.measured.method = plan.method; });
	return response;
};
`;

/** Seeks to each place, one after another; how long each took until its picture was there. */
const seekScript = (seconds: readonly number[]): string => `(async () => {
	const video = document.querySelector('video');
	const tookMs = [];
	for (const second of ${JSON.stringify(seconds)}) {
		const startedMs = performance.now();
		video.currentTime = second;
		await new Promise((resolve) => {
			video.addEventListener('seeked', () => video.requestVideoFrameCallback(resolve), { once: true });
		});
		tookMs.push(performance.now() - startedMs);
		await new Promise((resolve) => setTimeout(resolve, 300));
	}
	return tookMs;
})()`;

export const openBrowser = async (): Promise<Browser> =>
	chromium.launch({
		executablePath: await needProgram('chromium', 'chromium'),
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
	});

interface Measured {
	readonly clickedMs: number | null;
	readonly frameMs: number | null;
	readonly method: string | null;
}

export interface Viewer extends AsyncDisposable {
	/** Milliseconds from the click on play until the first decoded picture. */
	firstFrame(itemId: string, way: Way): Promise<number>;
	/** Of the film that plays now. */
	seek(seconds: readonly number[]): Promise<number[]>;
}

const firstFrame = async (page: Page, url: string, itemId: string, way: Way): Promise<number> => {
	await page.goto(`${url}/items/${itemId}`, { waitUntil: 'networkidle' });
	const play = page.locator(`a[href^="/play/"]`).first();
	await play.waitFor();
	await play.click();
	// A promise of the page's own: looking again and again would need an eval, which its policy refuses.
	await page.evaluate('window.pictureThere');
	const { clickedMs, frameMs, method } = await page.evaluate<Measured>('window.measured');
	if (method !== way) throw new Error(`A film that should be ${way} was ${method}.`);
	if (clickedMs === null || frameMs === null) throw new Error('The page took no times.');
	return frameMs - clickedMs;
};

/** A signed-in page. `heightMaxPx` is what the person chose as the largest picture; 0 for none. */
export const openViewer = async (
	browser: Browser,
	{
		url,
		cookie,
		heightMaxPx = 0,
	}: { readonly url: string; readonly cookie: string; readonly heightMaxPx?: number },
): Promise<Viewer> => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
	const [name = '', ...value] = cookie.split('=');
	await context.addCookies([{ name, value: value.join('='), url }]);
	await context.addInitScript(listenScript(heightMaxPx));
	const page = await context.newPage();
	return {
		firstFrame: (itemId, way) => firstFrame(page, url, itemId, way),
		seek: (seconds) => page.evaluate<number[]>(seekScript(seconds)),
		[Symbol.asyncDispose]: () => context.close(),
	};
};
