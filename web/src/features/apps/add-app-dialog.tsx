/** Registering an app, and the one time its secret is seen. */
import { addApp } from '@holdfast/contract/provider';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Segments } from '../../ui/choice.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import '../link/link.css';

interface Made {
	readonly name: string;
	readonly clientId: string;
	readonly secret: string | null;
}

interface DialogProps {
	readonly onClose: () => void;
}

function Shown({ made, onClose }: DialogProps & { readonly made: Made }) {
	const text = useText();
	return (
		<Dialog
			isOpen
			isKept
			onClose={onClose}
			title={text('registered.made', { name: made.name })}
			foot={
				<Button variant="primary" onPress={onClose}>
					{text('registered.written')}
				</Button>
			}
		>
			<CopiedText label={text('registered.client-id')} value={made.clientId} />
			{made.secret !== null && (
				<>
					<p>{text('registered.once')}</p>
					<p>
						<code className="app-secret">{made.secret}</code>
					</p>
				</>
			)}
		</Dialog>
	);
}

const useAdding = (onMade: (made: Made) => void) => {
	const client = useQueryClient();
	const [kind, setKind] = useState<'app' | 'tv'>('app');
	const [name, setName] = useState('');
	const [address, setAddress] = useState('');
	const [logoutAddress, setLogoutAddress] = useState('');
	const [hasSecret, setHasSecret] = useState(false);
	const isApp = kind === 'app';
	const submit = useSubmit(async () => {
		const body = {
			kind,
			name: name.trim(),
			redirectUris: isApp ? address.split(/\s+/).filter((each) => each !== '') : [],
			logoutUri: (isApp && logoutAddress.trim()) || null,
			hasSecret,
		};
		const { app, secret } = await withStepUp(() => call(addApp, { body }));
		onMade({ name: app.name, clientId: app.clientId, secret });
		await client.invalidateQueries({ queryKey: ['registered-apps'] });
	});
	const fields = { kind, setKind, name, setName, address, setAddress };
	return { ...fields, logoutAddress, setLogoutAddress, hasSecret, setHasSecret, isApp, submit };
};

function Addresses({ adding }: { readonly adding: ReturnType<typeof useAdding> }) {
	const text = useText();
	return (
		<>
			<TextField
				label={text('registered.address')}
				note={text('registered.address.note')}
				name="app-address"
				autoComplete="off"
				spellCheck="false"
				value={adding.address}
				onChange={adding.setAddress}
				isRequired
			/>
			<TextField
				label={text('registered.logout')}
				note={text('registered.logout.note')}
				name="app-logout"
				autoComplete="off"
				spellCheck="false"
				value={adding.logoutAddress}
				onChange={adding.setLogoutAddress}
			/>
		</>
	);
}

function Form({ onClose, onMade }: DialogProps & { readonly onMade: (made: Made) => void }) {
	const text = useText();
	const adding = useAdding(onMade);
	const { submit, isApp } = adding;
	const isComplete = adding.name.trim() !== '' && (!isApp || adding.address.trim() !== '');
	const options = (['app', 'tv'] as const).map((value) => ({
		value,
		label: text(`registered.kind.${value}`),
	}));
	return (
		<Dialog isOpen onClose={onClose} title={text('registered.add')}>
			<form className="link-form" onSubmit={submit.onSubmit} noValidate>
				<TextField
					label={text('registered.name')}
					name="app-name"
					maxLength={120}
					autoComplete="off"
					value={adding.name}
					onChange={adding.setName}
					isRequired
				/>
				<Segments
					label={text('registered.kind')}
					value={adding.kind}
					onChange={adding.setKind}
					options={options}
				/>
				{isApp && <Addresses adding={adding} />}
				<Checkbox
					isSelected={adding.hasSecret}
					onChange={adding.setHasSecret}
					note={text('registered.secret.note')}
				>
					{text('registered.secret')}
				</Checkbox>
				<FaultNotice error={submit.error} />
				<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={!isComplete}>
					{text('registered.add')}
				</Button>
			</form>
		</Dialog>
	);
}

export function AddAppDialog({ onClose }: DialogProps) {
	const [made, setMade] = useState<Made | null>(null);
	return made ? <Shown made={made} onClose={onClose} /> : <Form onClose={onClose} onMade={setMade} />;
}
