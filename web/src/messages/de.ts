/** Every German text of the app by key. */
import { accountsDe } from './accounts-de.ts';
import type { Messages } from './en.ts';
import { appsDe } from './apps-de.ts';
import { faultsDe } from './faults-de.ts';
import { mediaDe } from './media-de.ts';
import { peopleDe } from './people-de.ts';
import { proofDe } from './proof-de.ts';
import { securityDe } from './security-de.ts';
import { serversDe } from './servers-de.ts';
import { shellDe } from './shell-de.ts';
import { ssoDe } from './sso-de.ts';

export const de: Messages = {
	...shellDe,
	...serversDe,
	...faultsDe,
	...appsDe,
	...accountsDe,
	...mediaDe,
	...peopleDe,
	...proofDe,
	...securityDe,
	...ssoDe,
};
