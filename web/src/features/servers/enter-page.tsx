/** At a media server whose people are known elsewhere: the way to the account service, and back. */
import { beginEnter, finishEnter } from '@holdfast/contract/servers';
import type { ServerStatus } from '@holdfast/contract/system';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { statusQuery } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconShield } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';
import { type EntryAnswer, keepFlow, takeEntryAnswer, takeFlow } from './entry-request.ts';

type Authority = NonNullable<ServerStatus['authority']>;

/** While something is amiss, the page looks again by itself. */
const lookAgainMs = 5_000;

const hostOf = ({ url }: Authority): string => new URL(url).host;

function Away({ authority }: { readonly authority: Authority }) {
	const text = useText();
	const intl = useIntl();
	const host = hostOf(authority);
	const { heardAt } = authority;
	const since = heardAt === null ? '' : intl.formatDate(heardAt, { dateStyle: 'medium', timeStyle: 'short' });
	const lead =
		heardAt === null ? text('enter.away.never', { host }) : text('enter.away.lead', { host, since });
	return (
		<Gate title={text('enter.away.title')} lead={lead}>
			{null}
		</Gate>
	);
}

function Unclaimed({ authority }: { readonly authority: Authority }) {
	const text = useText();
	const host = hostOf(authority);
	return (
		<Gate title={text('enter.unclaimed.title')} lead={text('enter.unclaimed.lead', { host })}>
			<div className="gate-form">
				<Button
					variant="primary"
					isLarge
					isWide
					onPress={() => location.assign(new URL('/claim', authority.url).href)}
				>
					{text('enter.unclaimed.go', { host })}
				</Button>
			</div>
		</Gate>
	);
}

function SignInThere({
	authority,
	hasFailed,
}: {
	readonly authority: Authority;
	readonly hasFailed: boolean;
}) {
	const text = useText();
	const host = hostOf(authority);
	const submit = useSubmit(async () => {
		const { flow, url } = await call(beginEnter, { body: { origin: location.origin } });
		keepFlow(flow);
		location.assign(url);
	});
	return (
		<Gate title={text('enter.title')} lead={text('enter.lead', { host })}>
			<div className="gate-form">
				{hasFailed && !submit.error && <Notice tone="warn">{text('enter.again')}</Notice>}
				<FaultNotice error={submit.error} />
				<Button
					variant="primary"
					isLarge
					isWide
					isPending={submit.isPending}
					onPress={() => submit.onSubmit()}
				>
					{text('enter.go', { host })}
				</Button>
				<p className="gate-quiet">
					<IconShield />
					{text('sign-in.privacy')}
				</p>
			</div>
		</Gate>
	);
}

/** Trades what came back once; the page is left where that works. */
const useFinish = (answer: EntryAnswer | null): boolean => {
	const client = useQueryClient();
	const router = useRouter();
	const [hasFailed, setHasFailed] = useState(false);
	useEffect(() => {
		const flow = answer && takeFlow();
		if (!answer) return;
		const finish = async () => {
			try {
				if (flow === null) throw new Error('this tab did not ask');
				await call(finishEnter, { body: { flow, ...answer } }, { isSignInPage: true });
				await client.resetQueries();
				router.history.replace('/');
			} catch {
				setHasFailed(true);
			}
		};
		void finish();
	}, [answer, client, router]);
	return hasFailed;
};

export function EnterPage() {
	const text = useText();
	const [answer] = useState(takeEntryAnswer);
	const hasFailed = useFinish(answer);
	const { data: status } = useQuery({ ...statusQuery, refetchInterval: lookAgainMs });
	const authority = status?.authority;
	if (answer && !hasFailed) return <LoadingState label={text('enter.finishing')} />;
	if (!status || !authority) return <LoadingState />;
	if (!status.hasOwner) return <Unclaimed authority={authority} />;
	if (!authority.isReachable) return <Away authority={authority} />;
	return <SignInThere authority={authority} hasFailed={hasFailed} />;
}
