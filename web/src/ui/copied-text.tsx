/** A short text to hand on, such as a link: copied where the browser can, selected where it cannot. */
import { useRef } from 'react';
import { useText } from '../messages/use-text.ts';
import { Button } from './button.tsx';
import { IconCopy } from './icons.tsx';
import { TextField } from './text-field.tsx';
import { showToast } from './toast.tsx';
import './copied-text.css';

export interface CopiedTextProps {
	readonly label: string;
	readonly value: string;
}

export function CopiedText({ label, value }: CopiedTextProps) {
	const text = useText();
	const input = useRef<HTMLInputElement>(null);
	const hasClipboard = Boolean(globalThis.navigator.clipboard);
	const select = () => input.current?.select();
	const copy = () =>
		navigator.clipboard.writeText(value).then(() => showToast(text('action.copied')), select);
	return (
		<div className="copied-text">
			<TextField label={label} value={value} inputRef={input} isReadOnly />
			<Button icon={<IconCopy />} onPress={hasClipboard ? () => void copy() : select}>
				{hasClipboard ? text('action.copy') : text('action.select-all')}
			</Button>
		</div>
	);
}
