/** The services that may sign me in, and those that could. */
import { type ProviderLink, removeProviderLink } from '@holdfast/contract/single-sign-on';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { goToProvider } from '../../accounts/go-to-provider.ts';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { IconLink, IconPlus } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { providerLinksQuery, providersQuery } from './sso-queries.ts';

const useFacts = ({ linkedAt, label }: ProviderLink): string => {
	const text = useText();
	const intl = useIntl();
	const when = intl.formatRelativeTime(...agoOf(linkedAt, Date.now()));
	const since = text('sso.services.since', { when });
	return label === null ? since : `${text('sso.services.as', { label })} · ${since}`;
};

function Link({ link, onRemove }: { readonly link: ProviderLink; readonly onRemove: () => void }) {
	const text = useText();
	const facts = useFacts(link);
	const trouble = {
		works: null,
		blocked: 'sso.services.blocked',
		'link-afresh': 'sso.services.afresh',
	} as const;
	const key = trouble[link.state];
	return (
		<li className="entry">
			<div className="entry-icon">
				<IconLink />
			</div>
			<div>
				<div className="entry-title">
					{link.name}
					{key && <span className="entry-tag entry-tag-warn">{text(key)}</span>}
				</div>
				<div className="entry-note">{facts}</div>
			</div>
			<div className="entry-actions">
				<Button aria-label={text('sso.services.unlink-of', { name: link.name })} onPress={onRemove}>
					{text('sso.services.unlink')}
				</Button>
			</div>
		</li>
	);
}

function RemoveDialog({ link, onClose }: { readonly link: ProviderLink; readonly onClose: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const { name, linkId } = link;
	const submit = useSubmit(async () => {
		await withStepUp(() => call(removeProviderLink, { params: { linkId } }));
		await client.invalidateQueries({ queryKey: providerLinksQuery.queryKey });
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		showToast(text('sso.services.unlinked', { name }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text('sso.services.unlink.title', { name })}
			action={text('sso.services.unlink')}
			variant="danger"
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text('sso.services.unlink.text', { name })}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

function LinkButton({ providerId, name }: { readonly providerId: string; readonly name: string }) {
	const text = useText();
	const here = { next: '/security', back: '/security' };
	const submit = useSubmit(() => withStepUp(() => goToProvider({ kind: 'link' }, providerId, here)));
	return (
		<>
			<Button icon={<IconPlus />} isPending={submit.isPending} onPress={() => submit.onSubmit()}>
				{text('sso.services.link', { name })}
			</Button>
			<FaultNotice error={submit.error} />
		</>
	);
}

/** Shown where there is a service to link, or one that is linked. */
export function LinkedServicesSection() {
	const text = useText();
	const { data } = useQuery(providerLinksQuery);
	const publicUrl = useQuery(providersQuery).data?.publicUrl ?? null;
	const [removing, setRemoving] = useState<ProviderLink | null>(null);
	if (!data || (data.links.length === 0 && data.linkable.length === 0)) return null;
	const isHere = publicUrl === window.location.origin;
	return (
		<section className="section" aria-labelledby="linked-services">
			<h2 id="linked-services">{text('sso.services')}</h2>
			<p className="section-text">{text('sso.services.text')}</p>
			{data.links.length > 0 && (
				<ul className="entries">
					{data.links.map((link) => (
						<Link key={link.linkId} link={link} onRemove={() => setRemoving(link)} />
					))}
				</ul>
			)}
			{isHere && data.linkable.length > 0 && (
				<div className="button-row">
					{data.linkable.map((service) => (
						<LinkButton key={service.providerId} {...service} />
					))}
				</div>
			)}
			{!isHere && publicUrl !== null && data.linkable.length > 0 && (
				<p className="section-text">{text('sso.elsewhere', { address: publicUrl })}</p>
			)}
			{removing && <RemoveDialog link={removing} onClose={() => setRemoving(null)} />}
		</section>
	);
}
