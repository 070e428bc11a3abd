/** A new name for a factor, and its end. */
import { type FactorEntry, removeFactor, renameFactor } from '@holdfast/contract/factors';
import { type FormEvent, useState } from 'react';
import { withStepUp } from '../../../accounts/step-up.tsx';
import { call } from '../../../api/client.ts';
import { useSubmit } from '../../../app/use-submit.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../../ui/dialog.tsx';
import { FaultNotice } from '../../../ui/notice.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { useFactorsChanged } from './use-adding.ts';

interface FactorDialogProps {
	readonly factor: FactorEntry;
	readonly onClose: () => void;
}

export function RenameDialog({ factor, onClose }: FactorDialogProps) {
	const text = useText();
	const changed = useFactorsChanged();
	const [label, setLabel] = useState(factor.label);
	const submit = useSubmit(async () => {
		const params = { factorId: factor.factorId };
		await call(renameFactor, { params, body: { label: label.trim() } });
		await changed();
		onClose();
	});
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		if (label.trim() !== '') submit.onSubmit();
	};
	return (
		<Dialog isOpen onClose={onClose} title={text('factors.rename.title', { label: factor.label })}>
			<form className="proof-form" method="post" action="/security" onSubmit={onSubmit} noValidate>
				<TextField
					label={text('factors.label')}
					name="factor-label"
					autoComplete="off"
					maxLength={120}
					value={label}
					onChange={setLabel}
					autoFocus
					isRequired
				/>
				<FaultNotice error={submit.error} />
				<div className="dialog-foot">
					<Button variant="ghost" onPress={onClose}>
						{text('action.cancel')}
					</Button>
					<Button type="submit" variant="primary" isPending={submit.isPending}>
						{text('action.save')}
					</Button>
				</div>
			</form>
		</Dialog>
	);
}

export function RemoveDialog({ factor, isLast, onClose }: FactorDialogProps & { readonly isLast: boolean }) {
	const text = useText();
	const changed = useFactorsChanged();
	const { label, kind, factorId } = factor;
	const submit = useSubmit(async () => {
		await withStepUp(() => call(removeFactor, { params: { factorId } }));
		await changed();
		showToast(text('factors.removed', { label }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text('factors.remove.title', { label })}
			action={text('action.remove')}
			variant="danger"
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text(isLast ? 'factors.remove.last' : `factors.remove.${kind}`)}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}
