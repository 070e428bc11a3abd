/**
 * The recovery kit: shown once, kept by nobody but the person. It is never written to this browser's storage.
 */
import { takeRecoveryKit } from '@holdfast/contract/accounts';
import { useEffect, useState } from 'react';
import { ApiFault, call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { IconDownload, IconPrint } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import './setup.css';

interface Kit {
	readonly text: string;
	readonly fileName: string;
}

const saveAsFile = (kit: Kit): void => {
	const url = URL.createObjectURL(new Blob([kit.text], { type: 'text/plain' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = kit.fileName;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

/** The browser asks before the tab with an unsaved kit closes. */
const useWarningBeforeLeaving = (isActive: boolean): void => {
	useEffect(() => {
		if (!isActive) return undefined;
		const warn = (event: BeforeUnloadEvent) => event.preventDefault();
		addEventListener('beforeunload', warn);
		return () => removeEventListener('beforeunload', warn);
	}, [isActive]);
};

interface SaveKitProps {
	readonly kit: Kit;
	readonly onDone: () => void;
}

function SaveKit({ kit, onDone }: SaveKitProps) {
	const text = useText();
	const [isSaved, setIsSaved] = useState(false);
	useWarningBeforeLeaving(!isSaved);
	return (
		<div className="kit">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must scroll by keyboard */}
			<section className="kit-text" tabIndex={0} aria-label={text('setup.kit.text')}>
				<pre>{kit.text}</pre>
			</section>
			<div className="button-row">
				<Button icon={<IconDownload />} onPress={() => saveAsFile(kit)}>
					{text('setup.kit.download')}
				</Button>
				<Button icon={<IconPrint />} onPress={() => print()}>
					{text('setup.kit.print')}
				</Button>
			</div>
			<Checkbox
				name="kit-saved"
				isSelected={isSaved}
				onChange={setIsSaved}
				note={text('setup.kit.confirm.note')}
			>
				{text('setup.kit.confirm')}
			</Checkbox>
			<Button variant="primary" isLarge isWide isDisabled={!isSaved} onPress={onDone}>
				{text('action.next')}
			</Button>
		</div>
	);
}

export function KitStep({ onDone }: { readonly onDone: () => void }) {
	const text = useText();
	const [kit, setKit] = useState<Kit | null>(null);
	const submit = useSubmit(async () => setKit(await call(takeRecoveryKit)));
	const isGone = submit.error instanceof ApiFault && submit.error.code === 'accounts.kit.saved-before';
	if (kit) return <SaveKit kit={kit} onDone={onDone} />;
	if (isGone) {
		return (
			<div className="gate-form">
				<Notice tone="warn">{text('setup.kit.gone')}</Notice>
				<Button variant="primary" isLarge isWide onPress={onDone}>
					{text('action.next')}
				</Button>
			</div>
		);
	}
	return (
		<div className="gate-form">
			<FaultNotice error={submit.error} />
			<Button variant="primary" isLarge isWide isPending={submit.isPending} onPress={() => submit.onSubmit()}>
				{text('setup.kit.make')}
			</Button>
		</div>
	);
}
