/** A sentence that stands beside what it is about. `fault` is spoken as soon as it appears. */
import type { ReactNode } from 'react';
import { useFaultText } from '../messages/use-fault-text.ts';
import { IconInfo, IconWarning } from './icons.tsx';
import './controls.css';

export interface NoticeProps {
	readonly tone?: 'plain' | 'warn' | 'fault';
	readonly children: ReactNode;
}

export function Notice({ tone = 'plain', children }: NoticeProps) {
	return (
		<div className={`notice notice-${tone}`} role={tone === 'fault' ? 'alert' : undefined}>
			{tone === 'plain' ? <IconInfo /> : <IconWarning />}
			<div>{children}</div>
		</div>
	);
}

/** A failed call in plain words, or nothing where `error` is null or undefined. */
export function FaultNotice({ error }: { readonly error: unknown }) {
	const toText = useFaultText();
	if (error === null || error === undefined) return null;
	return <Notice tone="fault">{toText(error).text}</Notice>;
}
