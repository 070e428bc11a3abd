/** Making an app password: for what, for how long, and the one time it is seen. */
import { makeAppPassword } from '@holdfast/contract/provider';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Segments } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import '../link/link.css';

type Lasting = '30' | '365' | 'never';
const daysOf = { '30': 30, '365': 365, never: null } as const;

interface Made {
	readonly label: string;
	readonly password: string;
}

interface DialogProps {
	readonly isPlainAllowed: boolean;
	readonly onClose: () => void;
}

function Shown({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
	const text = useText();
	return (
		<Dialog
			isOpen
			isKept
			onClose={onClose}
			title={text('apps.passwords.made', { label: made.label })}
			foot={
				<Button variant="primary" onPress={onClose}>
					{text('apps.passwords.written')}
				</Button>
			}
		>
			<p>{text('apps.passwords.once')}</p>
			<p>
				<code className="app-secret">{made.password}</code>
			</p>
		</Dialog>
	);
}

function Form({ isPlainAllowed, onClose, onMade }: DialogProps & { readonly onMade: (made: Made) => void }) {
	const text = useText();
	const client = useQueryClient();
	const [label, setLabel] = useState('');
	const [lasting, setLasting] = useState<Lasting>('365');
	const [isPlain, setIsPlain] = useState(false);
	const submit = useSubmit(async () => {
		const kind = isPlain ? ('plain' as const) : ('hashed' as const);
		const body = { label: label.trim(), kind, days: daysOf[lasting] };
		const { password } = await withStepUp(() => call(makeAppPassword, { body }));
		onMade({ label: body.label, password });
		await client.invalidateQueries({ queryKey: ['app-passwords'] });
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
	});
	const options = (['30', '365', 'never'] as const).map((value) => ({
		value,
		label: text(`apps.passwords.days.${value}`),
	}));
	return (
		<Dialog isOpen onClose={onClose} title={text('apps.passwords.make')}>
			<form className="link-form" onSubmit={submit.onSubmit}>
				<TextField
					label={text('apps.passwords.label')}
					name="app-label"
					value={label}
					onChange={setLabel}
					maxLength={120}
					autoComplete="off"
					isRequired
				/>
				<Segments
					label={text('apps.passwords.days')}
					value={lasting}
					onChange={setLasting}
					options={options}
				/>
				{isPlainAllowed && (
					<Checkbox isSelected={isPlain} onChange={setIsPlain} note={text('apps.passwords.plain.note')}>
						{text('apps.passwords.plain')}
					</Checkbox>
				)}
				<FaultNotice error={submit.error} />
				<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={label.trim() === ''}>
					{text('apps.passwords.make')}
				</Button>
			</form>
		</Dialog>
	);
}

export function MakeDialog(props: DialogProps) {
	const [made, setMade] = useState<Made | null>(null);
	return made ? <Shown made={made} onClose={props.onClose} /> : <Form {...props} onMade={setMade} />;
}
