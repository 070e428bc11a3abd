/** How many recovery codes are left, and new ones. */
import type { FactorOverview } from '@holdfast/contract/factors';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { agoOf } from '../../../messages/ago.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../../ui/dialog.tsx';
import { FaultNotice, Notice } from '../../../ui/notice.tsx';
import { codesFewBelow } from '../summary.ts';
import { ShownCodes, useCodes } from './codes.tsx';

const useLeftWords = ({ recoveryCodesLeft: count, recoveryCodesMadeAt: madeAt }: FactorOverview) => {
	const text = useText();
	const intl = useIntl();
	if (madeAt === null) return text('codes.none');
	return text('codes.left', { count, when: intl.formatRelativeTime(...agoOf(madeAt, Date.now())) });
};

export function CodesSection({ overview }: { readonly overview: FactorOverview }) {
	const text = useText();
	const left = useLeftWords(overview);
	const { codes, submit, forget } = useCodes();
	const [isAsking, setIsAsking] = useState(false);
	const hasSome = overview.recoveryCodesLeft > 0;
	const isFew = overview.recoveryCodesMadeAt !== null && overview.recoveryCodesLeft < codesFewBelow;
	const make = () => {
		setIsAsking(false);
		submit.onSubmit();
	};
	return (
		<section className="section" aria-labelledby="recovery-codes">
			<h2 id="recovery-codes">{text('codes.title')}</h2>
			<div className="panel">
				<p className="section-text">{text('codes.text')}</p>
				{isFew ? <Notice tone="warn">{left}</Notice> : <p>{left}</p>}
				<FaultNotice error={submit.error} />
				<Button isPending={submit.isPending} onPress={hasSome ? () => setIsAsking(true) : make}>
					{hasSome ? text('codes.renew') : text('codes.make')}
				</Button>
			</div>
			<ConfirmDialog
				isOpen={isAsking}
				onClose={() => setIsAsking(false)}
				title={text('codes.renew.title')}
				action={text('codes.renew')}
				onConfirm={make}
			>
				<p>{text('codes.renew.text')}</p>
			</ConfirmDialog>
			<Dialog isOpen={codes !== null} onClose={forget} title={text('codes.yours')} isKept>
				{codes && <ShownCodes codes={codes} onDone={forget} />}
			</Dialog>
		</section>
	);
}
