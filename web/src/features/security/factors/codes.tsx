/** Ten recovery codes: made, shown once, saved by the person. */
import { makeRecoveryCodes } from '@holdfast/contract/factors';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { withStepUp } from '../../../accounts/step-up.tsx';
import { call } from '../../../api/client.ts';
import { sessionQuery } from '../../../api/queries.ts';
import { useSubmit } from '../../../app/use-submit.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { ShownOnce } from '../../../ui/shown-once.tsx';
import { useWarningBeforeLeaving } from '../../../ui/use-warning-before-leaving.ts';
import { useFactorsChanged } from './use-adding.ts';

/** A page for the drawer: whose codes, of which server, from when. */
const usePaper = (codes: readonly string[]): string => {
	const text = useText();
	const intl = useIntl();
	const name = useQuery(sessionQuery).data?.person.username ?? '';
	const head = text('codes.paper', { name, server: location.host, date: intl.formatDate(Date.now()) });
	return [head, '', ...codes, '', text('codes.paper.note')].join('\n');
};

interface CodesProps {
	readonly codes: readonly string[];
	readonly onDone: () => void;
}

export function ShownCodes({ codes, onDone }: CodesProps) {
	const text = useText();
	const paper = usePaper(codes);
	const [isSaved, setIsSaved] = useState(false);
	useWarningBeforeLeaving(!isSaved);
	return (
		<div className="codes">
			<p role="status">{text('codes.shown')}</p>
			<ShownOnce label={text('codes.title')} text={paper} fileName="holdfast-recovery-codes.txt" />
			<Checkbox name="codes-saved" isSelected={isSaved} onChange={setIsSaved} note={text('codes.saved.note')}>
				{text('codes.saved')}
			</Checkbox>
			<Button variant="primary" isLarge isWide isDisabled={!isSaved} onPress={onDone}>
				{text('action.next')}
			</Button>
		</div>
	);
}

/** Makes them after a fresh proof; `codes` is null until then. */
export const useCodes = () => {
	const changed = useFactorsChanged();
	const [codes, setCodes] = useState<readonly string[] | null>(null);
	const submit = useSubmit(async () => {
		const made = await withStepUp(() => call(makeRecoveryCodes));
		setCodes(made.codes);
		await changed();
	});
	return { codes, submit, forget: () => setCodes(null) };
};
