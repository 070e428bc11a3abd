/** Which roles must have a second factor. */
import type { Role } from '@holdfast/contract/accounts';
import { getFactorPolicy, setFactorPolicy } from '@holdfast/contract/factors';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';

const roles: readonly Role[] = ['owner', 'administrator', 'member', 'guest'];

function PolicyForm({ requiredFor }: { readonly requiredFor: readonly Role[] }) {
	const text = useText();
	const client = useQueryClient();
	const [chosen, setChosen] = useState(requiredFor);
	const isSame = chosen.length === requiredFor.length && chosen.every((role) => requiredFor.includes(role));
	const submit = useSubmit(async () => {
		const body = { requiredFor: roles.filter((role) => chosen.includes(role)) };
		client.setQueryData(queryKeys.factorPolicy, await withStepUp(() => call(setFactorPolicy, { body })));
		await client.invalidateQueries({ queryKey: queryKeys.factors });
		showToast(text('policy.saved'));
	});
	const change = (role: Role, isChosen: boolean) =>
		setChosen(isChosen ? [...chosen, role] : chosen.filter((each) => each !== role));
	return (
		<form method="post" action="/settings" onSubmit={submit.onSubmit} noValidate className="narrow-form">
			<fieldset>
				<legend className="visually-hidden">{text('policy.title')}</legend>
				{roles.map((role) => (
					<Checkbox
						key={role}
						name={`required-${role}`}
						isSelected={chosen.includes(role)}
						onChange={(isChosen) => change(role, isChosen)}
					>
						{text(`policy.role.${role}`)}
					</Checkbox>
				))}
			</fieldset>
			<FaultNotice error={submit.error} />
			<div className="button-row">
				<Button type="submit" isPending={submit.isPending} isDisabled={isSame}>
					{text('action.save')}
				</Button>
			</div>
		</form>
	);
}

export function FactorPolicySection() {
	const text = useText();
	const { data, error, refetch } = useQuery({
		queryKey: queryKeys.factorPolicy,
		queryFn: ({ signal }) => call(getFactorPolicy, undefined, { signal }),
	});
	return (
		<section className="section" aria-labelledby="factor-policy">
			<h2 id="factor-policy">{text('policy.title')}</h2>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && (
				<div className="panel">
					<p className="section-text">{text('policy.text')}</p>
					<PolicyForm key={data.requiredFor.join()} requiredFor={data.requiredFor} />
				</div>
			)}
		</section>
	);
}
