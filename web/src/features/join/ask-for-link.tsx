/** Joining without a link: by mail where this server is open for everybody, else a word on how it works. */
import { getRegistration, requestRegistration } from '@holdfast/contract/people';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Gate } from '../../app/gate.tsx';
import { useLanguage } from '../../app/language.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';

function AddressForm() {
	const text = useText();
	const { language } = useLanguage();
	const [email, setEmail] = useState('');
	const [isSent, setIsSent] = useState(false);
	const submit = useSubmit(async () => {
		await call(requestRegistration, { body: { email: email.trim(), language } });
		setIsSent(true);
	});
	if (isSent) return <Notice>{text('join.mail.sent')}</Notice>;
	return (
		<form className="gate-form" method="post" action="/join" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={text('profile.email')}
				name="email"
				type="email"
				autoComplete="email"
				value={email}
				onChange={setEmail}
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{text('join.mail.action')}
			</Button>
		</form>
	);
}

export function AskForLink() {
	const text = useText();
	const { data, error, refetch } = useQuery({
		queryKey: ['registration'],
		queryFn: () => call(getRegistration),
	});
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	if (!data) return <LoadingState />;
	return (
		<Gate
			title={text('join.ask')}
			lead={data.isOpen ? text('join.mail.lead') : text('join.invited-only.lead')}
		>
			<div className="gate-form">
				{data.isOpen && <AddressForm />}
				<LinkButton to="/sign-in" variant="ghost">
					{text('join.to-sign-in')}
				</LinkButton>
			</div>
		</Gate>
	);
}
