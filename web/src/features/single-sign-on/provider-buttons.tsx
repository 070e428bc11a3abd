/** The other services one can sign in with, on the sign-in page; nothing where there are none. */
import { useQuery } from '@tanstack/react-query';
import { goToProvider, type ProviderErrand, type Return } from '../../accounts/go-to-provider.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconLink } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { providersQuery } from './sso-queries.ts';
import '../../accounts/proofs.css';

interface Service {
	readonly providerId: string;
	readonly name: string;
}

interface ServiceButtonProps {
	readonly service: Service;
	readonly label: string;
	readonly errand: () => ProviderErrand | null;
	readonly remembered: Return;
}

function ServiceButton({ service, label, errand, remembered }: ServiceButtonProps) {
	const text = useText();
	const submit = useSubmit(async () => {
		const asked = errand();
		if (asked) await goToProvider(asked, service.providerId, remembered);
	});
	return (
		<>
			<Button
				isLarge
				isWide
				icon={<IconLink />}
				isPending={submit.isPending}
				onPress={() => submit.onSubmit()}
			>
				{submit.isPending ? text('sso.leaving', { name: service.name }) : label}
			</Button>
			<FaultNotice error={submit.error} />
		</>
	);
}

/** A provider sends people back to the public address, where another one's cookie is not known. */
function Elsewhere({ publicUrl }: { readonly publicUrl: string }) {
	const text = useText();
	return (
		<Notice>
			{text('sso.elsewhere', { address: publicUrl })}{' '}
			<a className="gate-link" href={`${publicUrl}/sign-in`}>
				{text('sso.elsewhere.go')}
			</a>
		</Notice>
	);
}

export interface ProviderButtonsProps {
	/** Where to go on after signing in. */
	readonly next: string;
}

export function ProviderButtons({ next }: ProviderButtonsProps) {
	const text = useText();
	const { data } = useQuery(providersQuery);
	if (!data || data.providers.length === 0 || data.publicUrl === null) return null;
	const isHere = data.publicUrl === window.location.origin;
	return (
		<div className="proof-form">
			<div className="proof-or">{text('sso.or')}</div>
			{!isHere && <Elsewhere publicUrl={data.publicUrl} />}
			{isHere &&
				data.providers.map((service) => (
					<ServiceButton
						key={service.providerId}
						service={service}
						label={text('sso.with', { name: service.name })}
						errand={() => ({ kind: 'sign-in' })}
						remembered={{ next, back: '/sign-in' }}
					/>
				))}
		</div>
	);
}

export interface JoinWithProvidersProps {
	readonly invitation: string;
	/** The names as they are typed; null where one is missing, and the page says so. */
	readonly names: () => { readonly username: string; readonly displayName: string } | null;
}

/** For the page of an invitation: joining with a service instead of a password. */
export function JoinWithProviders({ invitation, names }: JoinWithProvidersProps) {
	const text = useText();
	const { data } = useQuery(providersQuery);
	const services = data?.providers.filter(({ allowsJoining }) => allowsJoining) ?? [];
	if (services.length === 0 || data?.publicUrl !== window.location.origin) return null;
	const errand = (): ProviderErrand | null => {
		const named = names();
		return named && { kind: 'join', invitation, ...named };
	};
	return (
		<div className="proof-form">
			<div className="proof-or">{text('sso.or')}</div>
			{services.map((service) => (
				<ServiceButton
					key={service.providerId}
					service={service}
					label={text('sso.join-with', { name: service.name })}
					errand={errand}
					remembered={{ next: '/', back: '/join' }}
				/>
			))}
		</div>
	);
}
