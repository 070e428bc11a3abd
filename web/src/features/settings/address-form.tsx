/** The address that links are made of: one that was found, or one's own. */
import { setPublicUrl } from '@holdfast/contract/system';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { ApiFault, call } from '../../api/client.ts';
import { addressesQuery, queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconCheck } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './settings.css';

const own = 'own';

type NoteKey = 'setup.address.encrypted' | 'setup.address.local' | 'setup.address.network';

const noteOf = (address: string): NoteKey => {
	if (/^https?:\/\/(localhost|127\.|\[::1\])/.test(address)) return 'setup.address.local';
	return address.startsWith('https://') ? 'setup.address.encrypted' : 'setup.address.network';
};

function Choice({
	value,
	title,
	note,
}: {
	readonly value: string;
	readonly title: string;
	readonly note?: string;
}) {
	return (
		<Radio value={value} className="choice">
			<span className="choice-box choice-box-round">
				<IconCheck sizeEm={1} />
			</span>
			<span>
				{title}
				{note && <span className="choice-note">{note}</span>}
			</span>
		</Radio>
	);
}

const useAddressForm = (onSaved: () => void) => {
	const client = useQueryClient();
	const addresses = useQuery(addressesQuery);
	const [choice, setChoice] = useState<string | null>(null);
	const [typed, setTyped] = useState<string | null>(null);
	const saved = addresses.data?.publicUrl ?? null;
	const found = addresses.data?.found ?? [];
	const preset = saved === null ? (found[0] ?? own) : found.includes(saved) ? saved : own;
	const selected = choice ?? preset;
	const ownText = typed ?? (saved !== null && !found.includes(saved) ? saved : '');
	const submit = useSubmit(async () => {
		await call(setPublicUrl, { body: { publicUrl: (selected === own ? ownText : selected).trim() } });
		await Promise.all([
			client.invalidateQueries({ queryKey: queryKeys.addresses }),
			client.invalidateQueries({ queryKey: queryKeys.status }),
		]);
		onSaved();
	});
	return { addresses, found, selected, setChoice, ownText, setTyped, submit };
};

export interface AddressFormProps {
	readonly action: string;
	readonly onSaved: () => void;
}

export function AddressForm({ action, onSaved }: AddressFormProps) {
	const text = useText();
	const faultText = useFaultText();
	const { addresses, found, selected, setChoice, ownText, setTyped, submit } = useAddressForm(onSaved);
	if (addresses.isPending) return <LoadingState />;
	const isOwn = selected === own;
	const isFieldFault =
		isOwn &&
		submit.error instanceof ApiFault &&
		['settings.address.invalid', 'request.malformed'].includes(submit.error.code);
	return (
		<form className="library-form" onSubmit={submit.onSubmit} noValidate>
			<FaultNotice error={addresses.error} />
			<RadioGroup
				aria-label={text('setup.address.found')}
				value={selected}
				onChange={setChoice}
				className="address-choices"
			>
				{found.map((address) => (
					<Choice key={address} value={address} title={address} note={text(noteOf(address))} />
				))}
				<Choice value={own} title={text('setup.address.own')} />
			</RadioGroup>
			{isOwn && (
				<TextField
					label={text('setup.address.own.label')}
					type="url"
					inputMode="url"
					name="public-url"
					autoComplete="url"
					value={ownText}
					onChange={setTyped}
					placeholder="https://"
					note={text('setup.address.own.note')}
					fault={isFieldFault ? faultText(new ApiFault('settings.address.invalid', 400)).text : null}
				/>
			)}
			{!isFieldFault && <FaultNotice error={submit.error} />}
			<div className="button-row">
				<Button type="submit" variant="primary" isPending={submit.isPending}>
					{action}
				</Button>
			</div>
		</form>
	);
}
