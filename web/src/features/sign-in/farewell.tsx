/** Why somebody meets the sign-in page: kept in the tab by the page that led here. */
import { useState } from 'react';
import { readSession, writeSession } from '../../app/storage.ts';
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { Notice } from '../../ui/notice.tsx';

const farewellKey = 'farewell';

const words = {
	'password-changed': 'sign-in.changed',
	'signed-out-everywhere': 'sign-in.signed-out-everywhere',
	'password-reset': 'sign-in.reset',
	'password-reset-signed-out': 'sign-in.reset-signed-out',
} as const satisfies Record<string, MessageKey>;

export type FarewellReason = keyof typeof words;

const isReason = (value: string | null): value is FarewellReason => value !== null && value in words;

/** Called before the session ends; null takes it back. */
export const leaveFarewell = (reason: FarewellReason | null): void => writeSession(farewellKey, reason);

/** What was left, in words. */
export function Farewell() {
	const text = useText();
	const [reason] = useState(() => readSession(farewellKey));
	return isReason(reason) ? <Notice>{text(words[reason])}</Notice> : null;
}
