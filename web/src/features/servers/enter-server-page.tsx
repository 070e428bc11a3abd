/** At the account service: a media server asks who somebody is, and the person goes on or stays. */
import { approveEntry, lookAtEntry } from '@holdfast/contract/servers';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiFault, call } from '../../api/client.ts';
import { Gate } from '../../app/gate.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { forgetEntryRequest, readEntryRequest } from './entry-request.ts';

function Stay() {
	const text = useText();
	return (
		<LinkButton to="/security" variant="quiet" isLarge isWide>
			{text('enter-server.stay')}
		</LinkButton>
	);
}

function Dead() {
	const text = useText();
	return (
		<Gate title={text('enter-server.dead')} lead={text('enter-server.dead.lead')}>
			<div className="gate-form">
				<Stay />
			</div>
		</Gate>
	);
}

interface AskedBy {
	readonly name: string;
	readonly origin: string;
	readonly mayEnter: boolean;
}

function Question({ request, server }: { readonly request: string; readonly server: AskedBy }) {
	const text = useText();
	const { name, origin } = server;
	const submit = useSubmit(async () => {
		const { redirectTo } = await call(approveEntry, { body: { request } });
		forgetEntryRequest();
		location.assign(redirectTo);
	});
	return (
		<Gate title={text('enter-server.title', { name })} lead={text('enter-server.lead')}>
			<div className="gate-form">
				<p className="gate-quiet">{text('enter-server.where', { origin })}</p>
				<FaultNotice error={submit.error} />
				<Button
					variant="primary"
					isLarge
					isWide
					isPending={submit.isPending}
					onPress={() => submit.onSubmit()}
				>
					{text('enter-server.go')}
				</Button>
				<Stay />
			</div>
		</Gate>
	);
}

export function EnterServerPage() {
	const text = useText();
	const [request] = useState(readEntryRequest);
	const { data, error } = useQuery({
		queryKey: ['entry', request],
		queryFn: ({ signal }) => call(lookAtEntry, { body: { request: request ?? '' } }, { signal }),
		enabled: request !== null,
		retry: false,
	});
	if (request === null || (error instanceof ApiFault && error.code === 'servers.entry.invalid'))
		return <Dead />;
	if (error) return <ErrorState error={error} />;
	if (!data) return <LoadingState />;
	if (data.mayEnter) return <Question request={request} server={data} />;
	return (
		<Gate title={text('enter-server.refused')} lead={text('enter-server.refused.lead', { name: data.name })}>
			<div className="gate-form">
				<Stay />
			</div>
		</Gate>
	);
}
