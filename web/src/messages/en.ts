/** Every English text of the app by key, as ICU messages. Other languages have exactly these keys. */
import { accountsEn } from './accounts-en.ts';
import { appsEn } from './apps-en.ts';
import { faultsEn } from './faults-en.ts';
import { mediaEn } from './media-en.ts';
import { peopleEn } from './people-en.ts';
import { proofEn } from './proof-en.ts';
import { securityEn } from './security-en.ts';
import { serversEn } from './servers-en.ts';
import { shellEn } from './shell-en.ts';
import { ssoEn } from './sso-en.ts';

export const en = {
	...shellEn,
	...serversEn,
	...faultsEn,
	...appsEn,
	...accountsEn,
	...mediaEn,
	...peopleEn,
	...proofEn,
	...securityEn,
	...ssoEn,
} as const;

/** The name of one text. */
export type MessageKey = keyof typeof en;
/** A language: a text for every key. */
export type Messages = Readonly<Record<MessageKey, string>>;
