/** Whether this server can send mail, what waits, and a test. Never what a mail says or to whom. */
import { listOutbox, sendTestMail } from '@holdfast/contract/recovery';
import type { RouteReply } from '@holdfast/contract/route';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';

type Outbox = RouteReply<typeof listOutbox>;
type Tested = RouteReply<typeof sendTestMail>;

function Facts({ outbox }: { readonly outbox: Outbox }) {
	const text = useText();
	const intl = useIntl();
	const { waiting, failed, lastSentAt, lastError } = outbox;
	const sent = lastSentAt === null ? null : intl.formatRelativeTime(...agoOf(lastSentAt, Date.now()));
	return (
		<dl className="facts">
			<dt>{text('mail.waiting')}</dt>
			<dd>{intl.formatNumber(waiting)}</dd>
			<dt>{text('mail.failed')}</dt>
			<dd>{intl.formatNumber(failed)}</dd>
			<dt>{text('mail.last-sent')}</dt>
			<dd>{sent ?? text('mail.never')}</dd>
			{lastError !== null && (
				<>
					<dt>{text('mail.last-error')}</dt>
					<dd>{lastError}</dd>
				</>
			)}
		</dl>
	);
}

function Test() {
	const text = useText();
	const client = useQueryClient();
	const [tested, setTested] = useState<Tested | null>(null);
	const submit = useSubmit(async () => {
		setTested(null);
		setTested(await call(sendTestMail));
		await client.invalidateQueries({ queryKey: queryKeys.outbox });
	});
	return (
		<>
			<div role="status">
				{tested?.isSent && <Notice>{text('mail.test.sent')}</Notice>}
				{tested && !tested.isSent && (
					<Notice tone="warn">{text('mail.test.problem', { problem: tested.problem ?? '' })}</Notice>
				)}
			</div>
			<FaultNotice error={submit.error} />
			<Button isPending={submit.isPending} onPress={() => submit.onSubmit()}>
				{text('mail.test')}
			</Button>
		</>
	);
}

export function MailSection() {
	const text = useText();
	const { data, error, refetch } = useQuery({
		queryKey: queryKeys.outbox,
		queryFn: ({ signal }) => call(listOutbox, undefined, { signal }),
	});
	return (
		<section className="section" aria-labelledby="mail">
			<h2 id="mail">{text('mail.title')}</h2>
			{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data && (
				<div className="panel">
					<p className="section-text">{text(data.isConfigured ? 'mail.text' : 'mail.none')}</p>
					<Facts outbox={data} />
					{data.isConfigured && <Test />}
				</div>
			)}
		</section>
	);
}
