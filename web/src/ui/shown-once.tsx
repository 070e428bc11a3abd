/** A text that is shown once: read it, save it as a file, print it, or copy it where the browser can. */
import { useRef } from 'react';
import { useText } from '../messages/use-text.ts';
import { Button } from './button.tsx';
import { IconCopy, IconDownload, IconPrint } from './icons.tsx';
import { showToast } from './toast.tsx';
import './shown-once.css';

export interface ShownOnceProps {
	/** Names the text for screen readers. */
	readonly label: string;
	readonly text: string;
	readonly fileName: string;
}

const saveAsFile = (text: string, fileName: string): void => {
	const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = fileName;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

const select = (element: Element | null): void => {
	if (element) getSelection()?.selectAllChildren(element);
};

/** The clipboard does not exist over plain HTTP: there the text is selected instead. */
export function ShownOnce({ label, text, fileName }: ShownOnceProps) {
	const toText = useText();
	const shown = useRef<HTMLPreElement>(null);
	const hasClipboard = Boolean(globalThis.navigator.clipboard);
	const copy = () =>
		navigator.clipboard.writeText(text).then(
			() => showToast(toText('action.copied')),
			() => select(shown.current),
		);
	return (
		<div className="shown-once">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must scroll by keyboard */}
			<section className="shown-once-text" tabIndex={0} aria-label={label}>
				<pre ref={shown}>{text}</pre>
			</section>
			<div className="button-row">
				<Button icon={<IconDownload />} onPress={() => saveAsFile(text, fileName)}>
					{toText('once.download')}
				</Button>
				<Button icon={<IconPrint />} onPress={() => print()}>
					{toText('once.print')}
				</Button>
				<Button icon={<IconCopy />} onPress={hasClipboard ? () => void copy() : () => select(shown.current)}>
					{hasClipboard ? toText('action.copy') : toText('action.select-all')}
				</Button>
			</div>
		</div>
	);
}
