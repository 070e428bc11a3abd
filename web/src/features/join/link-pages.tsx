/** Pages that a link opens and that do one thing: prove a mail address, or keep an account. */
import { comeBack, verifyEmail } from '@holdfast/contract/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Gate } from '../../app/gate.tsx';
import { type LinkPage, useLinkSecret } from '../../app/link-secret.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';

interface LinkActionProps {
	readonly page: Exclude<LinkPage, 'join' | 'reset'>;
	readonly secret: string | null;
	readonly act: (secret: string) => Promise<unknown>;
}

/** A press, not the opening of the page: programs that look at links in mails must not use them up. */
function LinkAction({ page, secret, act }: LinkActionProps) {
	const text = useText();
	const [isDone, setIsDone] = useState(false);
	const submit = useSubmit(async () => {
		if (secret === null) return;
		await act(secret);
		setIsDone(true);
	});
	const lead = isDone ? text(`${page}.done`) : text(`${page}.lead`);
	return (
		<Gate title={text(`${page}.title`)} lead={lead}>
			<div className="gate-form">
				{secret === null && <Notice tone="warn">{text('fault.accounts.link.invalid')}</Notice>}
				<FaultNotice error={submit.error} />
				{!isDone && secret !== null && (
					<Button
						variant="primary"
						isLarge
						isWide
						isPending={submit.isPending}
						onPress={() => submit.onSubmit()}
					>
						{text(`${page}.action`)}
					</Button>
				)}
				{(isDone || secret === null) && (
					<LinkButton to="/" variant={isDone ? 'primary' : 'quiet'} isLarge isWide>
						{text('join.go-on')}
					</LinkButton>
				)}
			</div>
		</Gate>
	);
}

export function VerifyEmailPage() {
	const client = useQueryClient();
	const secret = useLinkSecret('verify-email');
	const act = async (secret: string) => {
		await call(verifyEmail, { body: { secret } }, { isSignInPage: true });
		await client.invalidateQueries({ queryKey: ['profile'] });
	};
	return <LinkAction key={secret} page="verify-email" secret={secret} act={act} />;
}

export function ComeBackPage() {
	const secret = useLinkSecret('come-back');
	return (
		<LinkAction
			key={secret}
			page="come-back"
			secret={secret}
			act={(secret) => call(comeBack, { body: { secret } }, { isSignInPage: true })}
		/>
	);
}
