/** Claim a media server: its code, a look at what it says of itself, and yes. */
import { claimServer, lookAtClaim } from '@holdfast/contract/servers';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { serversKey } from './servers-queries.ts';
import '../settings/settings.css';
import './servers.css';

interface Found {
	readonly code: string;
	readonly name: string;
	readonly addresses: readonly string[];
	readonly keyName: string;
}

function CodeForm({ onFound }: { readonly onFound: (found: Found) => void }) {
	const text = useText();
	const [code, setCode] = useState('');
	const submit = useSubmit(async () => onFound({ code, ...(await call(lookAtClaim, { body: { code } })) }));
	return (
		<form className="panel servers-form" onSubmit={submit.onSubmit}>
			<TextField
				label={text('claim.code')}
				name="claim-code"
				value={code}
				onChange={setCode}
				autoComplete="off"
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={code.trim() === ''}>
				{text('claim.look')}
			</Button>
		</form>
	);
}

function Confirm({ found, onOther }: { readonly found: Found; readonly onOther: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const navigate = useNavigate();
	const [name, setName] = useState(found.name);
	const submit = useSubmit(async () => {
		const server = await call(claimServer, { body: { code: found.code, name } });
		await client.invalidateQueries({ queryKey: serversKey });
		showToast(text('claim.done', { name: server.name }));
		await navigate({ to: '/security' });
	});
	return (
		<form className="panel servers-form" onSubmit={submit.onSubmit} aria-labelledby="found">
			<h2 id="found">{text('claim.found')}</h2>
			<p className="section-text">{text('claim.says', { name: found.name, key: found.keyName })}</p>
			<p className="section-text">{text('claim.addresses')}</p>
			<ul className="servers-addresses">
				{found.addresses.map((address) => (
					<li key={address}>{address}</li>
				))}
			</ul>
			<TextField label={text('servers.name')} name="server-name" value={name} onChange={setName} isRequired />
			<FaultNotice error={submit.error} />
			<div className="servers-actions">
				<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={name.trim() === ''}>
					{text('claim.confirm')}
				</Button>
				<Button variant="ghost" onPress={onOther}>
					{text('claim.other')}
				</Button>
			</div>
		</form>
	);
}

export function ClaimPage() {
	const text = useText();
	const [found, setFound] = useState<Found | null>(null);
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('claim.title')} />
					<p className="page-lead">{text('claim.lead')}</p>
				</div>
			</div>
			<div className="sections">
				{found ? <Confirm found={found} onOther={() => setFound(null)} /> : <CodeForm onFound={setFound} />}
			</div>
		</div>
	);
}
