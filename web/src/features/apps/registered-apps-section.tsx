/** For administrators: the apps that people can sign in to with this server. */
import { type AppEntry, listApps, removeApp } from '@holdfast/contract/provider';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { IconApp, IconPlus, IconServer, IconTelevision } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AddAppDialog } from './add-app-dialog.tsx';

export const registeredAppsQuery = queryOptions({
	queryKey: ['registered-apps'],
	queryFn: ({ signal }) => call(listApps, undefined, { signal }),
});

const icons = { app: <IconApp />, tv: <IconTelevision />, server: <IconServer /> };

function Entry({ app, onRemove }: { readonly app: AppEntry; readonly onRemove: () => void }) {
	const text = useText();
	const { name } = app;
	return (
		<li className="entry">
			<div className="entry-icon">{icons[app.kind]}</div>
			<div>
				<div className="entry-title">
					{name}
					{app.isBuiltIn && <span className="entry-tag">{text('registered.built-in')}</span>}
				</div>
				<div className="entry-note">
					{text(`registered.kind.${app.kind}`)} · <code>{app.clientId}</code>
				</div>
				{app.redirectUris.map((uri) => (
					<div key={uri} className="entry-note">
						{uri}
					</div>
				))}
			</div>
			{!app.isBuiltIn && (
				<div className="entry-actions">
					<Button aria-label={text('registered.remove-of', { name })} onPress={onRemove}>
						{text('registered.remove')}
					</Button>
				</div>
			)}
		</li>
	);
}

function RemoveDialog({ app, onClose }: { readonly app: AppEntry; readonly onClose: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const { clientId, name } = app;
	const submit = useSubmit(async () => {
		await withStepUp(() => call(removeApp, { params: { clientId } }));
		await client.invalidateQueries({ queryKey: registeredAppsQuery.queryKey });
		showToast(text('registered.removed', { name }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text('registered.remove.title', { name })}
			action={text('registered.remove')}
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text('registered.remove.text')}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

function Issuer({ issuer }: { readonly issuer: string | null }) {
	const text = useText();
	if (issuer === null) return <Notice tone="warn">{text('registered.no-address')}</Notice>;
	return <CopiedText label={text('registered.issuer')} value={issuer} />;
}

/** Stands on the settings page. */
export function RegisteredAppsSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(registeredAppsQuery);
	const [isAdding, setIsAdding] = useState(false);
	const [leaving, setLeaving] = useState<AppEntry | null>(null);
	return (
		<section className="section" aria-labelledby="registered-apps">
			<div className="section-head">
				<h2 id="registered-apps">{text('registered.title')}</h2>
				<Button icon={<IconPlus />} onPress={() => setIsAdding(true)}>
					{text('registered.add')}
				</Button>
			</div>
			<p className="section-text">{text('registered.lead')}</p>
			{error && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && <Issuer issuer={data.issuer} />}
			{data && (
				<ul className="entries">
					{data.apps.map((app) => (
						<Entry key={app.clientId} app={app} onRemove={() => setLeaving(app)} />
					))}
				</ul>
			)}
			{isAdding && <AddAppDialog onClose={() => setIsAdding(false)} />}
			{leaving && <RemoveDialog app={leaving} onClose={() => setLeaving(null)} />}
		</section>
	);
}
