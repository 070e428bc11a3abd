/** What a browser sees where an app's request is too wrong to go back to the app. */
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';

/** Nothing of the request is repeated: a page that somebody was led to says only what we say. */
const page = (code: string): string =>
	[
		'<!doctype html>',
		'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
		'<title>Holdfast</title></head><body>',
		'<h1>This app asked in a way that is not safe to answer</h1>',
		'<p>Nothing was done and nobody was let in. Go back to the app and try again; if it happens again,',
		'tell whoever made the app.</p>',
		`<p><code>${code}</code></p>`,
		'<p><a href="/">To the start page</a></p>',
		'</body></html>',
	].join('\n');

const codeForm = /^[a-z_]{1,64}$/u;

/** The text of a fault is for people; this is the protocol's own word, of a closed form. */
export const renderProblem = (ctx: KoaContextWithOIDC, { error }: ErrorOut): void => {
	ctx.type = 'text/html; charset=utf-8';
	ctx.body = page(codeForm.test(error) ? error : 'invalid_request');
};
