/** Signing in again at a provider instead of showing a password. */
import { useText } from '../messages/use-text.ts';
import { useSubmit } from '../app/use-submit.ts';
import { Button } from '../ui/button.tsx';
import { IconLink } from '../ui/icons.tsx';
import { FaultNotice } from '../ui/notice.tsx';
import { goToProvider } from './go-to-provider.ts';

export interface StepUpProvidersProps {
	readonly providers: readonly { readonly providerId: string; readonly name: string }[];
}

function StepUpProvider({ providerId, name }: StepUpProvidersProps['providers'][number]) {
	const text = useText();
	const submit = useSubmit(() => {
		const here = window.location.pathname + window.location.search;
		return goToProvider({ kind: 'step-up' }, providerId, { next: here, back: here });
	});
	return (
		<>
			<Button
				isLarge
				isWide
				icon={<IconLink />}
				isPending={submit.isPending}
				onPress={() => submit.onSubmit()}
			>
				{text('sso.with', { name })}
			</Button>
			<FaultNotice error={submit.error} />
		</>
	);
}

export function StepUpProviders({ providers }: StepUpProvidersProps) {
	const text = useText();
	return (
		<div className="proof-form">
			{providers.map((provider) => (
				<StepUpProvider key={provider.providerId} {...provider} />
			))}
			<p className="gate-quiet">{text('sso.step-up.note')}</p>
		</div>
	);
}
