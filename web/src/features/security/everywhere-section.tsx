/** One button that ends every sign-in at once. */
import { signOutEverywhere } from '@holdfast/contract/accounts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announceSignedOut, call } from '../../api/client.ts';
import { whileRenewing } from '../../api/live-events.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { IconSignOut } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { leaveFarewell } from '../sign-in/farewell.tsx';

export function EverywhereSection() {
	const text = useText();
	const client = useQueryClient();
	const [keepThis, setKeepThis] = useState(true);
	const [isOpen, setIsOpen] = useState(false);
	const submit = useSubmit(async () => {
		const { signed } = await whileRenewing(() => call(signOutEverywhere, { body: { keepThis } }));
		setIsOpen(false);
		if (!signed) {
			leaveFarewell('signed-out-everywhere');
			announceSignedOut();
			return;
		}
		client.setQueryData(queryKeys.session, signed);
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		showToast(text('security.everywhere.done'));
	});
	return (
		<section className="section" aria-labelledby="everywhere">
			<h2 id="everywhere">{text('security.everywhere')}</h2>
			<div className="panel">
				<p className="section-text">{text('security.everywhere.text')}</p>
				<Checkbox name="keep-this" isSelected={keepThis} onChange={setKeepThis}>
					{text('security.everywhere.keep')}
				</Checkbox>
				<Button variant="danger" icon={<IconSignOut />} onPress={() => setIsOpen(true)}>
					{text('security.everywhere')}
				</Button>
			</div>
			<ConfirmDialog
				isOpen={isOpen}
				onClose={() => setIsOpen(false)}
				title={text('security.everywhere.title')}
				action={text('security.everywhere')}
				variant="danger"
				isPending={submit.isPending}
				onConfirm={() => submit.onSubmit()}
			>
				<p>{keepThis ? text('security.everywhere.confirm-keep') : text('security.everywhere.confirm')}</p>
				<FaultNotice error={submit.error} />
			</ConfirmDialog>
		</section>
	);
}
