/** Joining by a link: what it offers, then a name and a password that stays on this device. */
import { lookAtJoinLink } from '@holdfast/contract/people';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { join } from '../../accounts/joining.ts';
import { NewPasswordField } from '../../accounts/new-password-field.tsx';
import { isPasswordGoodEnough } from '../../accounts/password-strength.ts';
import { ApiFault, call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { Gate } from '../../app/gate.tsx';
import { useLanguage } from '../../app/language.tsx';
import { forgetLinkSecret, useLinkSecret } from '../../app/link-secret.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { IconShield } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { JoinWithProviders } from '../single-sign-on/provider-buttons.tsx';
import { AskForLink } from './ask-for-link.tsx';

interface Draft {
	readonly username: string;
	readonly displayName: string;
	readonly password: string;
}

const useJoining = (secret: string) => {
	const client = useQueryClient();
	const router = useRouter();
	const { language } = useLanguage();
	const [draft, setDraft] = useState<Draft>({ username: '', displayName: '', password: '' });
	const [isChecked, setIsChecked] = useState(false);
	const username = draft.username.trim();
	const known = [draft.username, draft.displayName];
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (username === '' || !(await isPasswordGoodEnough(draft.password, known))) return;
		const displayName = draft.displayName.trim() || username;
		const signed = await join({ secret, username, displayName, password: draft.password, language });
		client.setQueryData(queryKeys.session, signed);
		await router.navigate({ to: '/' });
		forgetLinkSecret('join');
	});
	const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
	return { draft, change, known, isChecked, submit };
};

function JoinForm({ secret }: { readonly secret: string }) {
	const text = useText();
	const faultText = useFaultText();
	const { draft, change, known, isChecked, submit } = useJoining(secret);
	const isNameFault = submit.error instanceof ApiFault && submit.error.code.startsWith('accounts.username.');
	const missing = isChecked && draft.username.trim() === '' ? text('sign-in.required') : null;
	return (
		<form className="gate-form" method="post" action="/join" onSubmit={submit.onSubmit} noValidate>
			<TextField
				label={text('setup.account.name')}
				name="username"
				autoComplete="username"
				spellCheck="false"
				maxLength={64}
				value={draft.username}
				onChange={(username) => change({ username })}
				note={text('setup.account.name.note')}
				fault={isNameFault ? faultText(submit.error).text : missing}
				isRequired
			/>
			<TextField
				label={text('setup.account.display-name')}
				name="name"
				autoComplete="name"
				maxLength={120}
				value={draft.displayName}
				onChange={(displayName) => change({ displayName })}
				placeholder={draft.username.trim()}
			/>
			<NewPasswordField
				label={text('setup.account.password')}
				value={draft.password}
				onChange={(password) => change({ password })}
				known={known}
				isChecked={isChecked}
			/>
			{!isNameFault && <FaultNotice error={submit.error} />}
			<Button type="submit" variant="primary" isLarge isWide isPending={submit.isPending}>
				{submit.isPending ? text('setup.account.busy') : text('setup.account.action')}
			</Button>
			<JoinWithProviders
				invitation={secret}
				names={() => {
					const username = draft.username.trim();
					return username === '' ? null : { username, displayName: draft.displayName.trim() || username };
				}}
			/>
			<p className="gate-quiet">
				<IconShield />
				{text('sign-in.privacy')}
			</p>
		</form>
	);
}

/** A link that was used, taken back or is too old. */
function DeadLink({ error }: { readonly error: unknown }) {
	const text = useText();
	return (
		<Gate title={text('join.dead')} lead={text('join.dead.lead')}>
			<div className="gate-form">
				<FaultNotice error={error} />
				<LinkButton to="/sign-in" variant="quiet" isLarge isWide>
					{text('join.to-sign-in')}
				</LinkButton>
			</div>
		</Gate>
	);
}

function Offer({ secret }: { readonly secret: string }) {
	const text = useText();
	const intl = useIntl();
	const { data, error } = useQuery({
		queryKey: ['join', secret],
		queryFn: () => call(lookAtJoinLink, { body: { secret } }, { isSignInPage: true }),
		retry: false,
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 0,
	});
	if (error) return <DeadLink error={error} />;
	if (!data) return <LoadingState />;
	const until =
		data.expiresAt === null
			? ''
			: text('join.until', { when: intl.formatDate(data.expiresAt, { dateStyle: 'medium' }) });
	const role = text(`join.as.${data.role}`);
	const lead =
		data.invitedBy === null
			? text('join.registration.lead')
			: text('join.invitation.lead', { name: data.invitedBy });
	return (
		<Gate title={text('join.title', { server: data.serverName })} lead={[lead, role, until].join(' ').trim()}>
			<JoinForm secret={secret} />
		</Gate>
	);
}

export function JoinPage() {
	const secret = useLinkSecret('join');
	return secret === null ? <AskForLink /> : <Offer key={secret} secret={secret} />;
}
