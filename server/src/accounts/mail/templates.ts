/** Every kind of mail there is, what it carries, and how long it is worth sending. */

/** Mails that somebody asked for. Notices are not written by hand: they follow from security events. */
export type LetterTemplate =
	| 'password-reset'
	| 'verify-email'
	| 'registration'
	/** To the owner of an address with which somebody tried to register. */
	| 'registration-taken'
	| 'sign-in-code'
	| 'invitation'
	| 'test';

/** What a person is told after something happened to their account. */
export type NoticeTemplate =
	| 'notice-new-device'
	| 'notice-unusual-sign-in'
	| 'notice-password-changed'
	| 'notice-password-reset'
	| 'notice-password-reset-by-code'
	| 'notice-signed-out'
	| 'notice-factor-added'
	| 'notice-factor-removed'
	| 'notice-recovery-codes'
	| 'notice-recovery-code-used'
	| 'notice-reset-code'
	| 'notice-factor-code'
	| 'notice-email-changed'
	| 'notice-app-let-in'
	| 'notice-app-password'
	| 'notice-provider-linked'
	| 'notice-provider-unlinked'
	| 'notice-deactivated'
	| 'notice-reactivated'
	| 'notice-leaving'
	| 'notice-server-claimed'
	| 'notice-asked-for-more'
	| 'notice-exported';

export type Template = LetterTemplate | NoticeTemplate;

/** What the token of a letter becomes: a link that is opened, or a code that is typed. */
export type Carries =
	| { readonly kind: 'link'; readonly path: string }
	| { readonly kind: 'code' }
	| { readonly kind: 'nothing' };

const nothing: Carries = { kind: 'nothing' };
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** The only links that any mail of ours has; each is one that somebody asked for. */
const letters: Readonly<
	Record<LetterTemplate, { readonly carries: Carries; readonly worthSendingForMs: number }>
> = {
	'password-reset': { carries: { kind: 'link', path: '/reset' }, worthSendingForMs: dayMs },
	'verify-email': { carries: { kind: 'link', path: '/verify-email' }, worthSendingForMs: dayMs },
	registration: { carries: { kind: 'link', path: '/join' }, worthSendingForMs: dayMs },
	'registration-taken': { carries: nothing, worthSendingForMs: dayMs },
	'sign-in-code': { carries: { kind: 'code' }, worthSendingForMs: 10 * 60_000 },
	invitation: { carries: { kind: 'link', path: '/join' }, worthSendingForMs: 7 * dayMs },
	test: { carries: nothing, worthSendingForMs: hourMs },
};

const isLetter = (template: Template): template is LetterTemplate => Object.hasOwn(letters, template);

export const carriesOf = (template: Template): Carries =>
	isLetter(template) ? letters[template].carries : nothing;

/** After so long a mail that was not sent is given up: it would only confuse. */
export const worthSendingForMs = (template: Template): number =>
	isLetter(template) ? letters[template].worthSendingForMs : 3 * dayMs;
