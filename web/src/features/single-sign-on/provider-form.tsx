/** A provider's settings: made, tried and changed in one form. */
import {
	addProvider,
	changeProvider,
	type ProviderEntry,
	type ProviderFinding,
	type ProviderInput,
	testProvider,
} from '@holdfast/contract/single-sign-on';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { providerEntriesQuery, providersQuery } from './sso-queries.ts';

type Draft = Omit<ProviderInput, 'clientSecret'> & { readonly clientSecret: string };

const draftOf = (entry: ProviderEntry | null): Draft => ({
	name: entry?.name ?? '',
	issuer: entry?.issuer ?? '',
	clientId: entry?.clientId ?? '',
	clientSecret: '',
	asksProfile: entry?.asksProfile ?? true,
	allowsPrivate: entry?.allowsPrivate ?? false,
	allowsJoining: entry?.allowsJoining ?? false,
});

const useProviderForm = (entry: ProviderEntry | null, onSaved: () => void) => {
	const client = useQueryClient();
	const [draft, setDraft] = useState(() => draftOf(entry));
	const [finding, setFinding] = useState<ProviderFinding | null>(null);
	const change = (part: Partial<Draft>) => {
		setFinding(null);
		setDraft((before) => ({ ...before, ...part }));
	};
	const save = useSubmit(async () => {
		const body = { ...draft, clientSecret: draft.clientSecret === '' ? null : draft.clientSecret };
		await withStepUp(() =>
			entry === null
				? call(addProvider, { body })
				: call(changeProvider, { params: { providerId: entry.providerId }, body }),
		);
		await client.invalidateQueries({ queryKey: providerEntriesQuery.queryKey });
		await client.invalidateQueries({ queryKey: providersQuery.queryKey });
		onSaved();
	});
	const test = useSubmit(async () => {
		const { issuer, allowsPrivate } = draft;
		const answer = await withStepUp(() => call(testProvider, { body: { issuer, allowsPrivate } }));
		setFinding(answer.finding);
	});
	return { draft, change, finding, save, test };
};

type Form = ReturnType<typeof useProviderForm>;

function Texts({ form, entry }: { readonly form: Form; readonly entry: ProviderEntry | null }) {
	const text = useText();
	const { draft, change } = form;
	const secretNote = entry?.hasClientSecret ? text('sso.form.secret.kept') : text('sso.form.secret.note');
	return (
		<>
			<TextField
				label={text('sso.form.name')}
				note={text('sso.form.name.note')}
				name="provider-name"
				autoComplete="off"
				maxLength={120}
				value={draft.name}
				onChange={(name) => change({ name })}
				isRequired
			/>
			<TextField
				label={text('sso.form.issuer')}
				note={text('sso.form.issuer.note')}
				type="url"
				inputMode="url"
				name="issuer"
				autoComplete="off"
				placeholder="https://"
				value={draft.issuer}
				onChange={(issuer) => change({ issuer })}
				isReadOnly={entry !== null}
				isRequired
			/>
			<TextField
				label={text('sso.form.client')}
				name="client-id"
				autoComplete="off"
				spellCheck="false"
				value={draft.clientId}
				onChange={(clientId) => change({ clientId })}
				isRequired
			/>
			<TextField
				label={text('sso.form.secret')}
				note={secretNote}
				type="password"
				name="client-secret"
				autoComplete="off"
				value={draft.clientSecret}
				onChange={(clientSecret) => change({ clientSecret })}
			/>
		</>
	);
}

function Ticks({ form: { draft, change } }: { readonly form: Form }) {
	const text = useText();
	return (
		<div className="address-choices">
			<Checkbox
				name="asks-profile"
				isSelected={draft.asksProfile}
				onChange={(asksProfile) => change({ asksProfile })}
				note={text('sso.form.profile.note')}
			>
				{text('sso.form.profile')}
			</Checkbox>
			<Checkbox
				name="allows-private"
				isSelected={draft.allowsPrivate}
				onChange={(allowsPrivate) => change({ allowsPrivate })}
				note={text('sso.form.private.note')}
			>
				{text('sso.form.private')}
			</Checkbox>
			<Checkbox
				name="allows-joining"
				isSelected={draft.allowsJoining}
				onChange={(allowsJoining) => change({ allowsJoining })}
				note={text('sso.form.joining.note')}
			>
				{text('sso.form.joining')}
			</Checkbox>
		</div>
	);
}

export interface ProviderFormProps {
	/** Null for a new one. */
	readonly entry: ProviderEntry | null;
	readonly onSaved: () => void;
}

export function ProviderForm({ entry, onSaved }: ProviderFormProps) {
	const text = useText();
	const form = useProviderForm(entry, onSaved);
	const { draft, finding, save, test } = form;
	const isWhole = draft.name.trim() !== '' && draft.issuer.trim() !== '' && draft.clientId.trim() !== '';
	return (
		<form className="library-form" onSubmit={save.onSubmit} noValidate>
			<Texts form={form} entry={entry} />
			<Ticks form={form} />
			{finding && (
				<Notice tone={finding === 'works' ? 'plain' : 'warn'}>
					<span role="status">{text(`sso.finding.${finding}`)}</span>
				</Notice>
			)}
			<FaultNotice error={save.error ?? test.error} />
			<div className="button-row">
				<Button type="submit" variant="primary" isDisabled={!isWhole} isPending={save.isPending}>
					{text('sso.form.save')}
				</Button>
				<Button
					isDisabled={draft.issuer.trim() === ''}
					isPending={test.isPending}
					onPress={() => test.onSubmit()}
				>
					{text('sso.form.test')}
				</Button>
			</div>
		</form>
	);
}
