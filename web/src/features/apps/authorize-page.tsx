/** An app sent this browser here to be let in: what it asks for, yes, and no. */
import {
	approveAuthorization,
	type AuthorizationRequest,
	denyAuthorization,
	getAuthorizationRequest,
} from '@holdfast/contract/provider';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { withStepUp } from '../../accounts/step-up.tsx';
import { ApiFault, call } from '../../api/client.ts';
import { Gate } from '../../app/gate.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import '../link/link.css';

/** A path of this server, which takes the browser on to the app. */
const goTo = ({ continueTo }: { readonly continueTo: string }): void => {
	if (/^\/oauth\/auth\/[A-Za-z0-9_-]+$/u.test(continueTo)) window.location.assign(continueTo);
};

function Question({ id, request }: { readonly id: string; readonly request: AuthorizationRequest }) {
	const text = useText();
	const params = { authorizationId: id };
	const yes = useSubmit(async () => goTo(await withStepUp(() => call(approveAuthorization, { params }))));
	const no = useSubmit(async () => goTo(await call(denyAuthorization, { params })));
	const { app, wantsName, wantsMedia, person } = request;
	return (
		<Gate
			title={text('authorize.title', { app })}
			lead={text('authorize.lead', { name: person.displayName })}
		>
			<form className="gate-form" onSubmit={yes.onSubmit}>
				<ul className="link-facts">
					{wantsName && <li>{text('authorize.name')}</li>}
					{wantsMedia && <li>{text('authorize.media')}</li>}
					{!wantsName && !wantsMedia && <li>{text('authorize.nothing')}</li>}
					<li>{text('authorize.never')}</li>
					<li>{text('authorize.return', { address: request.returnTo })}</li>
					<li>{text('authorize.end')}</li>
				</ul>
				{request.isProofNeeded && <Notice>{text('authorize.proof')}</Notice>}
				<FaultNotice error={yes.error ?? no.error} />
				<Button type="submit" variant="primary" isLarge isWide isPending={yes.isPending}>
					{text('authorize.yes')}
				</Button>
				<Button isLarge isWide isPending={no.isPending} onPress={() => no.onSubmit()}>
					{text('authorize.no')}
				</Button>
			</form>
		</Gate>
	);
}

export function AuthorizePage() {
	const text = useText();
	const { id } = useSearch({ from: '/authorize' });
	const { data, error, refetch } = useQuery({
		queryKey: ['authorization', id],
		queryFn: ({ signal }) => call(getAuthorizationRequest, { params: { authorizationId: id } }, { signal }),
		retry: false,
	});
	if (data) return <Question id={id} request={data} />;
	if (error instanceof ApiFault && (error.kind === 'absent' || error.kind === 'invalid'))
		return (
			<Gate title={text('authorize.gone.title')} lead={text('authorize.gone')}>
				{null}
			</Gate>
		);
	return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingState />;
}
