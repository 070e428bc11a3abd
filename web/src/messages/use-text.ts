/** Messages by key, typed: a key that is not in `en.ts` does not compile. */
import { useCallback } from 'react';
import { useIntl } from 'react-intl';
import type { MessageKey } from './en.ts';

export type { MessageKey } from './en.ts';
export type TextValues = Readonly<Record<string, string | number | boolean | Date>>;
export type ToText = (key: MessageKey, values?: TextValues) => string;

/** `text('poster.unwatched', { count: 3 })`; the message is ICU. Dates and numbers: `useIntl()`. */
export const useText = (): ToText => {
	const intl = useIntl();
	return useCallback((key, values) => intl.formatMessage({ id: key }, { ...values }), [intl]);
};
