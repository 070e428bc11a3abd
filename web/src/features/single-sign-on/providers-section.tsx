/** For administrators: the services people can sign in with, and what to do on the day one is broken into. */
import { type ProviderEntry, removeProvider, setProviderState } from '@holdfast/contract/single-sign-on';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { IconLink, IconPlus } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ProviderForm } from './provider-form.tsx';
import { providerEntriesQuery, providersQuery } from './sso-queries.ts';

type Action = 'block' | 'unblock' | 'relink' | 'remove';
type Open =
	| { readonly kind: 'form'; readonly entry: ProviderEntry | null }
	| { readonly kind: Action; readonly entry: ProviderEntry };

function Entry({ entry, onOpen }: { readonly entry: ProviderEntry; readonly onOpen: (open: Open) => void }) {
	const text = useText();
	const { name, isBlocked, linkCount } = entry;
	const toggle = isBlocked ? 'unblock' : 'block';
	return (
		<li className="entry">
			<div className="entry-icon">
				<IconLink />
			</div>
			<div>
				<div className="entry-title">
					{name}
					{isBlocked && <span className="entry-tag entry-tag-warn">{text('sso.settings.blocked')}</span>}
				</div>
				<div className="entry-note">{entry.issuer}</div>
				<div className="entry-note">{text('sso.settings.linked', { count: linkCount })}</div>
			</div>
			<div className="entry-actions">
				<Button
					aria-label={text('sso.settings.change-of', { name })}
					onPress={() => onOpen({ kind: 'form', entry })}
				>
					{text('sso.settings.change')}
				</Button>
				<Button
					aria-label={text(`sso.settings.${toggle}-of`, { name })}
					onPress={() => onOpen({ kind: toggle, entry })}
				>
					{text(`sso.settings.${toggle}`)}
				</Button>
			</div>
		</li>
	);
}

/** What cannot be taken back is asked first; letting a provider in again is not. */
function ActionDialog({ open, onClose }: { readonly open: Open; readonly onClose: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const submit = useSubmit(async () => {
		if (open.kind === 'form') return;
		const { kind } = open;
		const params = { providerId: open.entry.providerId };
		await withStepUp<unknown>(() =>
			kind === 'remove'
				? call(removeProvider, { params })
				: call(setProviderState, { params, body: { action: kind } }),
		);
		await client.invalidateQueries({ queryKey: providerEntriesQuery.queryKey });
		await client.invalidateQueries({ queryKey: providersQuery.queryKey });
		showToast(text('sso.settings.done'));
		onClose();
	});
	if (open.kind === 'form') return null;
	const { kind, entry } = open;
	const { name, linkCount: count } = entry;
	const isUnblock = kind === 'unblock';
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={
				isUnblock ? text('sso.settings.unblock-of', { name }) : text(`sso.settings.${kind}.title`, { name })
			}
			action={text(`sso.settings.${kind}`)}
			variant={isUnblock ? 'primary' : 'danger'}
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			{!isUnblock && <p>{text(`sso.settings.${kind}.text`, { name, count })}</p>}
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

function FormDialog({
	entry,
	onOpen,
	onClose,
}: {
	readonly entry: ProviderEntry | null;
	readonly onOpen: (open: Open) => void;
	readonly onClose: () => void;
}) {
	const text = useText();
	const logoutUri = entry && `${window.location.origin}/api/sso/backchannel-logout/${entry.providerId}`;
	return (
		<Dialog isOpen onClose={onClose} title={entry?.name ?? text('sso.settings.add')} isWide>
			<ProviderForm entry={entry} onSaved={onClose} />
			{entry && (
				<div className="option">
					<p className="entry-note">{text('sso.settings.logout')}</p>
					<code className="folder-remedy">{logoutUri}</code>
					<div className="button-row">
						<Button variant="ghost" onPress={() => onOpen({ kind: 'relink', entry })}>
							{text('sso.settings.relink')}
						</Button>
						<Button variant="ghost" onPress={() => onOpen({ kind: 'remove', entry })}>
							{text('sso.settings.remove')}
						</Button>
					</div>
				</div>
			)}
		</Dialog>
	);
}

function Address({ redirectUri }: { readonly redirectUri: string | null }) {
	const text = useText();
	if (redirectUri === null) return <Notice tone="warn">{text('sso.settings.no-address')}</Notice>;
	return (
		<div className="option">
			<p className="entry-note">{text('sso.settings.redirect')}</p>
			<code className="folder-remedy">{redirectUri}</code>
		</div>
	);
}

export function ProvidersSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(providerEntriesQuery);
	const [open, setOpen] = useState<Open | null>(null);
	const close = () => setOpen(null);
	return (
		<section className="section" aria-labelledby="providers">
			<div className="section-head">
				<h2 id="providers">{text('sso.settings')}</h2>
				<Button icon={<IconPlus />} onPress={() => setOpen({ kind: 'form', entry: null })}>
					{text('sso.settings.add')}
				</Button>
			</div>
			<p className="section-text">{text('sso.settings.text')}</p>
			{error && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && <Address redirectUri={data.redirectUri} />}
			{data?.providers.length === 0 && <p className="section-text">{text('sso.settings.none')}</p>}
			{data && data.providers.length > 0 && (
				<ul className="entries">
					{data.providers.map((entry) => (
						<Entry key={entry.providerId} entry={entry} onOpen={setOpen} />
					))}
				</ul>
			)}
			{open?.kind === 'form' && <FormDialog entry={open.entry} onOpen={setOpen} onClose={close} />}
			{open && open.kind !== 'form' && <ActionDialog open={open} onClose={close} />}
		</section>
	);
}
