/** Debian's Chromium, driven as a person would: pages of three sizes, every error of a page remembered. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const sizes = {
	phone: { width: 390, height: 844 },
	desktop: { width: 1440, height: 900 },
	tv: { width: 1920, height: 1080 },
} as const;

/** Starts a browser of its own; a missing one fails the test, since journeys are no extra. */
export const openChromium = async (more: readonly string[] = []): Promise<Browser> => {
	const executablePath = process.env['HOLDFAST_TEST_CHROMIUM'] ?? places.find(existsSync);
	if (!executablePath) throw new Error('Chromium is missing: run the tests through "npm test"');
	return chromium.launch({
		executablePath,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--autoplay-policy=no-user-gesture-required',
			...more,
		],
	});
};

export interface WatchedPage {
	readonly page: Page;
	/** Uncaught errors, refused scripts and styles, and requests to another host. */
	readonly troubles: string[];
}

/** A page that takes note of everything a person would not see but should worry about. */
export const watch = async (context: BrowserContext, origin: string): Promise<WatchedPage> => {
	const page = await context.newPage();
	const troubles: string[] = [];
	page.on('pageerror', (error) => {
		// A page change that overtakes another skips its motion, which is nothing to worry about.
		if (!/^Transition was (?:skipped|aborted)/.test(error.message))
			troubles.push(`uncaught: ${error.message}`);
	});
	page.on('console', (message) => {
		const text = message.text();
		if (/Content Security Policy|TrustedTypes|TrustedHTML|TrustedScript/i.test(text))
			troubles.push(`refused: ${text}`);
	});
	page.on('request', (request) => {
		const url = request.url();
		if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) troubles.push(`elsewhere: ${url}`);
	});
	return { page, troubles };
};

/** Sets an input as a person's typing does, found by its label. */
export const type = async (page: Page, label: RegExp, text: string): Promise<void> => {
	await page.getByLabel(label).first().fill(text);
};
