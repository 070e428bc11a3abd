/**
 * The recovery kit: shown once, kept by nobody but the person. It is never written to this browser's storage.
 */
import { takeRecoveryKit } from '@holdfast/contract/accounts';
import { useState } from 'react';
import { ApiFault, call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { useWarningBeforeLeaving } from '../../ui/use-warning-before-leaving.ts';
import './setup.css';

interface Kit {
	readonly text: string;
	readonly fileName: string;
}

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
			<ShownOnce label={text('setup.kit.text')} text={kit.text} fileName={kit.fileName} />
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
