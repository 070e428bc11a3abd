/** Second factors: what there is, a name and an end for each, and adding another. */
import type { FactorEntry, FactorOverview } from '@holdfast/contract/factors';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { whyNoPasskeys } from '../../../accounts/passkeys.ts';
import { statusQuery } from '../../../api/queries.ts';
import { agoOf } from '../../../messages/ago.ts';
import { useText } from '../../../messages/use-text.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { IconKey, IconPencil, IconPhone, IconPlus, IconTrash } from '../../../ui/icons.tsx';
import { FaultNotice } from '../../../ui/notice.tsx';
import { AfterAdding } from './after-adding.tsx';
import { RemoveDialog, RenameDialog } from './factor-dialogs.tsx';
import { TotpSetup } from './totp-setup.tsx';
import { useAdding } from './use-adding.ts';
import './factors.css';

interface EntryProps {
	readonly factor: FactorEntry;
	readonly onRename: () => void;
	readonly onRemove: () => void;
}

function Entry({ factor, onRename, onRemove }: EntryProps) {
	const text = useText();
	const intl = useIntl();
	const ago = (timeMs: number) => intl.formatRelativeTime(...agoOf(timeMs, Date.now()));
	const { label, kind, createdAt, lastUsedAt, isSynced } = factor;
	const facts = [
		text(`factors.kind.${kind}`),
		text('factors.added', { when: ago(createdAt) }),
		lastUsedAt === null ? text('factors.unused') : text('factors.used', { when: ago(lastUsedAt) }),
	];
	return (
		<li className="entry">
			<div className="entry-icon">{kind === 'passkey' ? <IconKey /> : <IconPhone />}</div>
			<div>
				<div className="entry-title">{label}</div>
				<div className="entry-note">{facts.join(' · ')}</div>
				{isSynced !== null && (
					<div className="entry-note">{text(isSynced ? 'factors.synced' : 'factors.not-synced')}</div>
				)}
			</div>
			<div className="entry-actions">
				<IconButton
					label={text('factors.rename.title', { label })}
					icon={<IconPencil />}
					onPress={onRename}
				/>
				<IconButton label={text('factors.remove.title', { label })} icon={<IconTrash />} onPress={onRemove} />
			</div>
		</li>
	);
}

type Open = { readonly kind: 'rename' | 'remove'; readonly factor: FactorEntry } | { readonly kind: 'added' };

function Adding({ onAdded }: { readonly onAdded: () => void }) {
	const text = useText();
	const status = useQuery(statusQuery).data;
	const { totp, passkey, started, endTotp } = useAdding(onAdded);
	const why = status ? whyNoPasskeys(status) : null;
	const added = () => {
		endTotp();
		onAdded();
	};
	return (
		<>
			<div className="button-row">
				<Button icon={<IconPlus />} isPending={totp.isPending} onPress={() => totp.onSubmit()}>
					{text('factors.totp.new')}
				</Button>
				<Button
					icon={<IconPlus />}
					isPending={passkey.isPending}
					isDisabled={why !== null}
					onPress={() => passkey.onSubmit()}
				>
					{text('factors.passkey.new')}
				</Button>
			</div>
			{why && <p className="section-text field-note">{text(`factors.passkey.why.${why}`)}</p>}
			<FaultNotice error={totp.error ?? passkey.error} />
			<Dialog isOpen={started !== null} onClose={endTotp} title={text('factors.totp.new')} isWide>
				{started && <TotpSetup started={started} onAdded={added} onCancel={endTotp} />}
			</Dialog>
		</>
	);
}

export function FactorsSection({ overview }: { readonly overview: FactorOverview }) {
	const text = useText();
	const [open, setOpen] = useState<Open | null>(null);
	const { factors, isRequired } = overview;
	const close = () => setOpen(null);
	return (
		<section className="section" aria-labelledby="second-factors">
			<h2 id="second-factors">{text('factors.title')}</h2>
			{factors.length > 0 && (
				<ul className="entries">
					{factors.map((factor) => (
						<Entry
							key={factor.factorId}
							factor={factor}
							onRename={() => setOpen({ kind: 'rename', factor })}
							onRemove={() => setOpen({ kind: 'remove', factor })}
						/>
					))}
				</ul>
			)}
			<div className="panel">
				<p className="section-text">{text(factors.length > 0 ? 'factors.text' : 'factors.none')}</p>
				{isRequired && <p className="section-text">{text('factors.required')}</p>}
				<Adding onAdded={() => setOpen({ kind: 'added' })} />
			</div>
			{open?.kind === 'rename' && <RenameDialog factor={open.factor} onClose={close} />}
			{open?.kind === 'remove' && (
				<RemoveDialog factor={open.factor} isLast={factors.length === 1} onClose={close} />
			)}
			{open?.kind === 'added' && <AfterAdding onDone={close} />}
		</section>
	);
}
