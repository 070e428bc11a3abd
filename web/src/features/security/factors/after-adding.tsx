/** After a factor was added: recovery codes where there are none, then an offer to sign out what is older. */
import { signOutEverywhere } from '@holdfast/contract/accounts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { call } from '../../../api/client.ts';
import { whileRenewing } from '../../../api/live-events.ts';
import { queryKeys, sessionsQuery } from '../../../api/queries.ts';
import { useSubmit } from '../../../app/use-submit.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { FaultNotice } from '../../../ui/notice.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { factorsQuery } from '../security-queries.ts';
import { ShownCodes, useCodes } from './codes.tsx';

export interface AfterAddingProps {
	readonly onDone: () => void;
}

function OfferCodes({ onDone }: AfterAddingProps) {
	const text = useText();
	const { codes, submit } = useCodes();
	if (codes) return <ShownCodes codes={codes} onDone={onDone} />;
	return (
		<>
			<p>{text('after.codes.text')}</p>
			<FaultNotice error={submit.error} />
			<div className="dialog-foot">
				<Button variant="ghost" onPress={onDone}>
					{text('after.later')}
				</Button>
				<Button variant="primary" isPending={submit.isPending} onPress={() => submit.onSubmit()} autoFocus>
					{text('codes.make')}
				</Button>
			</div>
		</>
	);
}

function OfferSignOut({ onDone }: AfterAddingProps) {
	const text = useText();
	const client = useQueryClient();
	const submit = useSubmit(async () => {
		const { signed } = await whileRenewing(() => call(signOutEverywhere, { body: { keepThis: true } }));
		if (signed) client.setQueryData(queryKeys.session, signed);
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		showToast(text('security.everywhere.done'));
		onDone();
	});
	return (
		<>
			<p>{text('after.others.text')}</p>
			<FaultNotice error={submit.error} />
			<div className="dialog-foot">
				<Button variant="ghost" onPress={onDone}>
					{text('after.others.keep')}
				</Button>
				<Button variant="primary" isPending={submit.isPending} onPress={() => submit.onSubmit()} autoFocus>
					{text('after.others.action')}
				</Button>
			</div>
		</>
	);
}

/** Passes over what there is no reason for. */
export function AfterAdding({ onDone }: AfterAddingProps) {
	const text = useText();
	const overview = useQuery(factorsQuery).data;
	const sessions = useQuery(sessionsQuery).data?.sessions ?? [];
	// Decided when it opens: making the codes must not pull them from the screen.
	const [needsCodes] = useState(overview?.recoveryCodesLeft === 0);
	const [isPastCodes, setIsPastCodes] = useState(!needsCodes);
	const hasOthers = sessions.some(({ isCurrent, kind }) => !isCurrent && kind !== 'server');
	const next = () => (hasOthers ? setIsPastCodes(true) : onDone());
	const isOver = isPastCodes && !hasOthers;
	const end = useEffectEvent(onDone);
	useEffect(() => {
		if (isOver) end();
	}, [isOver]);
	if (isOver) return null;
	return (
		<Dialog
			isOpen
			isKept
			onClose={onDone}
			title={text(isPastCodes ? 'after.others.title' : 'after.codes.title')}
		>
			{isPastCodes ? <OfferSignOut onDone={onDone} /> : <OfferCodes onDone={next} />}
		</Dialog>
	);
}
