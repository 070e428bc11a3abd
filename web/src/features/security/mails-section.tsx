/** Was this mail ours? Asked here, never by a link in a mail; and every mail that was written to me. */
import { checkMail, type MailEntry } from '@holdfast/contract/recovery';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { mailsQuery } from './security-queries.ts';

interface Answer {
	readonly wasOurs: boolean;
	readonly subject: string | null;
	readonly sentAt: number | null;
}

const numberMin = 4;

function AnswerNotice({ answer }: { readonly answer: Answer }) {
	const text = useText();
	const intl = useIntl();
	if (!answer.wasOurs) return <Notice tone="warn">{text('mails.not-ours')}</Notice>;
	const when = answer.sentAt === null ? null : intl.formatDate(answer.sentAt, { dateStyle: 'medium' });
	return (
		<Notice>
			{text('mails.ours', { subject: answer.subject ?? '' })}
			{when && ` ${text('mails.ours.when', { when })}`}
		</Notice>
	);
}

function Check() {
	const text = useText();
	const [mailNumber, setMailNumber] = useState('');
	const [answer, setAnswer] = useState<Answer | null>(null);
	const isShort = mailNumber.trim().length < numberMin;
	const submit = useSubmit(async () => {
		setAnswer(null);
		setAnswer(await call(checkMail, { body: { mailNumber: mailNumber.trim() } }));
	});
	const onSubmit = (event: FormEvent) => {
		event.preventDefault();
		if (!isShort) submit.onSubmit();
	};
	return (
		<form className="narrow-form" method="post" action="/security" onSubmit={onSubmit} noValidate>
			<TextField
				label={text('mails.number')}
				note={text('mails.number.note')}
				name="mail-number"
				autoComplete="off"
				spellCheck="false"
				maxLength={40}
				value={mailNumber}
				onChange={setMailNumber}
			/>
			<div role="status">{answer && <AnswerNotice answer={answer} />}</div>
			<FaultNotice error={submit.error} />
			<div className="button-row">
				<Button type="submit" isPending={submit.isPending} isDisabled={isShort}>
					{text('mails.check')}
				</Button>
			</div>
		</form>
	);
}

function Mail({ mail }: { readonly mail: MailEntry }) {
	const text = useText();
	const intl = useIntl();
	return (
		<li className="happened">
			<time className="happened-when" dateTime={new Date(mail.at).toISOString()}>
				{intl.formatDate(mail.at, { dateStyle: 'medium' })}
			</time>
			<div>
				<div className="happened-what">{mail.subject}</div>
				<div className="entry-note">
					{text(`mails.state.${mail.state}`)} · {mail.mailNumber}
				</div>
			</div>
		</li>
	);
}

const firstShown = 5;

export function MailsSection() {
	const text = useText();
	const { data = [] } = useQuery(mailsQuery);
	const [isWhole, setIsWhole] = useState(false);
	const shown = isWhole ? data : data.slice(0, firstShown);
	return (
		<section className="section" aria-labelledby="mails">
			<h2 id="mails">{text('mails.title')}</h2>
			<div className="panel">
				<p className="section-text">{text('mails.text')}</p>
				<Check />
				{shown.length > 0 && (
					<>
						<h3>{text('mails.list')}</h3>
						<ol className="happenings">
							{shown.map((mail) => (
								<Mail key={mail.mailNumber} mail={mail} />
							))}
						</ol>
					</>
				)}
				{!isWhole && data.length > firstShown && (
					<Button onPress={() => setIsWhole(true)}>{text('activity.more')}</Button>
				)}
			</div>
		</section>
	);
}
