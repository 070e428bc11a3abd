/** Where somebody stands in the set-up: known from the server, and after the account from this tab. */
import { useText } from '../../messages/use-text.ts';
import { IconCheck } from '../../ui/icons.tsx';
import './setup.css';

export const setupSteps = ['code', 'account', 'kit', 'libraries', 'address', 'scan'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** Steps that need the new owner to be signed in. */
export const isOwnerStep = (step: string | null): step is SetupStep =>
	step !== null && ['kit', 'libraries', 'address', 'scan'].includes(step);

export function Steps({ step }: { readonly step: SetupStep }) {
	const text = useText();
	const at = setupSteps.indexOf(step);
	const words = text('setup.progress', {
		step: at + 1,
		steps: setupSteps.length,
		name: text(`setup.step.${step}`),
	});
	return (
		<div className="steps">
			<p className="visually-hidden" role="status">
				{words}
			</p>
			<ol aria-hidden="true">
				{setupSteps.map((name, index) => (
					<li key={name} data-state={index < at ? 'done' : index === at ? 'here' : 'ahead'}>
						<span className="steps-dot">{index < at ? <IconCheck sizeEm={0.9} /> : index + 1}</span>
						<span className="steps-name">{text(`setup.step.${name}`)}</span>
					</li>
				))}
			</ol>
		</div>
	);
}
