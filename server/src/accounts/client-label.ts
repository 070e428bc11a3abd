/** What a session is called in the list: made of closed lists, so that nothing a client says is shown. */

const commandLineMark = 'holdfast-cli';

/** First match wins: browsers name the ones they descend from too. */
const browsers: readonly (readonly [RegExp, string])[] = [
	[/\bEdgA?\//u, 'Edge'],
	[/\bOPR\//u, 'Opera'],
	[/\bVivaldi\//u, 'Vivaldi'],
	[/\bSamsungBrowser\//u, 'Samsung Internet'],
	[/\b(?:Firefox|FxiOS)\//u, 'Firefox'],
	[/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//u, 'Chrome'],
	[/\bSafari\//u, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
	[/\biPhone\b/u, 'iPhone'],
	[/\biPad\b/u, 'iPad'],
	[/\bAndroid\b/u, 'Android'],
	[/\bTizen\b/u, 'Samsung TV'],
	[/\bWeb0S\b/u, 'LG TV'],
	[/\bCrOS\b/u, 'ChromeOS'],
	[/\bWindows\b/u, 'Windows'],
	[/\bMac OS X\b/u, 'macOS'],
	[/\bLinux\b/u, 'Linux'],
];

export type ClientKind = 'browser' | 'command-line';

/** What kind of client calls itself this. Names a session in a list; grants nothing. */
export const clientKindOf = (userAgent: string | null): ClientKind =>
	userAgent?.startsWith(commandLineMark) ? 'command-line' : 'browser';

/** Such as `Firefox on Linux`. */
export const clientLabelOf = (userAgent: string | null): string => {
	if (clientKindOf(userAgent) === 'command-line') return 'Holdfast command line';
	const browser = firstMatch(browsers, userAgent ?? '');
	const system = firstMatch(systems, userAgent ?? '');
	if (browser && system) return `${browser} on ${system}`;
	return browser ?? (system ? `An app on ${system}` : 'An app');
};

const firstMatch = (list: readonly (readonly [RegExp, string])[], text: string): string | null =>
	list.find(([pattern]) => pattern.test(text))?.[1] ?? null;
