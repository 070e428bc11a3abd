/** The media servers of a person: theirs, and those that somebody let them into. */
import { releaseServer, renameServer, type ServerEntry } from '@holdfast/contract/servers';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { IconServer } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ServerPeopleDialog } from './server-people-dialog.tsx';
import { serversKey, serversQuery } from './servers-queries.ts';
import '../settings/settings.css';
import './servers.css';

type Action = 'rename' | 'people' | 'release';

function Entry({
	server,
	onAction,
}: {
	readonly server: ServerEntry;
	readonly onAction: (action: Action) => void;
}) {
	const text = useText();
	const intl = useIntl();
	const heard =
		server.lastHeardAt === null
			? text('servers.never-heard')
			: text('servers.heard', { when: intl.formatRelativeTime(...agoOf(server.lastHeardAt, Date.now())) });
	const facts = [text(`servers.as.${server.role}`), heard, text('servers.key', { key: server.keyName })];
	return (
		<li className="entry">
			<div className="entry-icon">
				<IconServer />
			</div>
			<div>
				<div className="entry-title">{server.name}</div>
				<div className="entry-note">{facts.join(' · ')}</div>
			</div>
			{server.isMine && (
				<div className="entry-actions">
					<Button variant="ghost" onPress={() => onAction('people')}>
						{text('servers.people')}
					</Button>
					<Button variant="ghost" onPress={() => onAction('rename')}>
						{text('servers.rename')}
					</Button>
					<Button variant="ghost" onPress={() => onAction('release')}>
						{text('servers.release')}
					</Button>
				</div>
			)}
		</li>
	);
}

interface DialogProps {
	readonly server: ServerEntry;
	readonly onClose: () => void;
}

function RenameDialog({ server, onClose }: DialogProps) {
	const text = useText();
	const client = useQueryClient();
	const [name, setName] = useState(server.name);
	const submit = useSubmit(async () => {
		await call(renameServer, { params: { serverId: server.serverId }, body: { name } });
		await client.invalidateQueries({ queryKey: serversKey });
		onClose();
	});
	return (
		<Dialog isOpen onClose={onClose} title={text('servers.rename')}>
			<form className="servers-form" onSubmit={(event: FormEvent) => submit.onSubmit(event)}>
				<TextField label={text('servers.name')} name="name" value={name} onChange={setName} />
				<FaultNotice error={submit.error} />
				<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={name.trim() === ''}>
					{text('servers.save')}
				</Button>
			</form>
		</Dialog>
	);
}

function ReleaseDialog({ server, onClose }: DialogProps) {
	const text = useText();
	const client = useQueryClient();
	const { name, serverId } = server;
	const submit = useSubmit(async () => {
		await call(releaseServer, { params: { serverId } });
		await client.invalidateQueries({ queryKey: serversKey });
		showToast(text('servers.released', { name }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text('servers.release.title', { name })}
			action={text('servers.release')}
			variant="danger"
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text('servers.release.text')}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

export function ServersSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(serversQuery);
	const [asked, ask] = useState<{ readonly server: ServerEntry; readonly action: Action } | null>(null);
	const close = () => ask(null);
	return (
		<section className="section" aria-labelledby="servers">
			<h2 id="servers">{text('servers.title')}</h2>
			<p className="section-text">{text('servers.text')}</p>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data?.length === 0 && <p className="section-text">{text('servers.none')}</p>}
			{data && data.length > 0 && (
				<ul className="entries">
					{data.map((server) => (
						<Entry key={server.serverId} server={server} onAction={(action) => ask({ server, action })} />
					))}
				</ul>
			)}
			<LinkButton to="/claim" variant="quiet" icon={<IconServer />}>
				{text('servers.claim')}
			</LinkButton>
			{asked?.action === 'people' && <ServerPeopleDialog server={asked.server} onClose={close} />}
			{asked?.action === 'rename' && <RenameDialog server={asked.server} onClose={close} />}
			{asked?.action === 'release' && <ReleaseDialog server={asked.server} onClose={close} />}
		</section>
	);
}
