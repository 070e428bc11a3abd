/** The libraries: their state in words, look for changes, remove, what could not be read, and a new one. */
import { type Library, removeLibrary, scanLibrary } from '@holdfast/contract/catalogue';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { Button as AriaButton } from 'react-aria-components';
import { call } from '../../api/client.ts';
import { librariesQuery, queryKeys } from '../../api/queries.ts';
import { libraryIcon } from '../../app/navigation.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { agoOf } from '../../messages/ago.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { IconPlus, IconRefresh, IconTrash, IconWarning } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { DamagedDialog } from './damaged-dialog.tsx';
import { LibraryForm } from './library-form.tsx';
import { ScanProgress } from './scan-progress.tsx';

interface EntryProps {
	readonly library: Library;
	readonly onRemove: () => void;
	readonly onDamaged: () => void;
}

const useScanNow = (library: Library) => {
	const text = useText();
	const faultText = useFaultText();
	return () =>
		call(scanLibrary, { params: { libraryId: library.libraryId } }).then(
			() => showToast(text('library.scan-started', { name: library.name })),
			(error: unknown) => showToast(faultText(error).text),
		);
};

function State({ library }: { readonly library: Library }) {
	const text = useText();
	const intl = useIntl();
	const when =
		library.lastScannedAt === null
			? null
			: intl.formatRelativeTime(...agoOf(library.lastScannedAt, Date.now()));
	const read = when === null ? text('library.never-scanned') : text('library.scanned', { when });
	return (
		<div>
			<div className="entry-title">
				{library.name}
				{library.isAway && <span className="entry-tag entry-tag-warn">{text('library.away.tag')}</span>}
			</div>
			<div className="entry-note">
				{text(`library.kind.${library.kind}`)} · {text('library.items', { count: library.itemCount })} ·{' '}
				{read}
			</div>
			{library.isAway && <div className="entry-note">{text('library.away.text')}</div>}
		</div>
	);
}

function Entry({ library, onRemove, onDamaged }: EntryProps) {
	const text = useText();
	const scanNow = useScanNow(library);
	return (
		<li className="entry">
			<div className="entry-icon">{libraryIcon(library.kind)}</div>
			<State library={library} />
			<div className="entry-actions">
				<Button icon={<IconRefresh />} isDisabled={library.isScanning} onPress={() => void scanNow()}>
					{text('library.scan')}
				</Button>
				<IconButton
					label={text('library.remove.title', { name: library.name })}
					icon={<IconTrash />}
					onPress={onRemove}
				/>
			</div>
			{library.isScanning && (
				<div className="entry-wide">
					<ScanProgress library={library} />
				</div>
			)}
			{library.damagedCount > 0 && (
				<div className="entry-wide">
					<AriaButton className="entry-link" onPress={onDamaged}>
						<IconWarning sizeEm={1.2} />
						{text('library.damaged', { count: library.damagedCount })}
					</AriaButton>
				</div>
			)}
		</li>
	);
}

function RemoveDialog({ library, onClose }: { readonly library: Library; readonly onClose: () => void }) {
	const text = useText();
	const client = useQueryClient();
	const submit = useSubmit(async () => {
		await call(removeLibrary, { params: { libraryId: library.libraryId } });
		await client.invalidateQueries({ queryKey: queryKeys.libraries });
		await client.invalidateQueries({ queryKey: queryKeys.home });
		showToast(text('library.removed', { name: library.name }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text('library.remove.title', { name: library.name })}
			action={text('action.remove')}
			variant="danger"
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text('library.remove.text')}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

type Open = { readonly kind: 'add' } | { readonly kind: 'remove' | 'damaged'; readonly library: Library };

interface DialogsProps {
	readonly open: Open | null;
	readonly onClose: () => void;
}

function Dialogs({ open, onClose }: DialogsProps) {
	const text = useText();
	const created = (library: Library) => {
		showToast(text('library.created', { name: library.name }));
		onClose();
	};
	if (open?.kind === 'remove') return <RemoveDialog library={open.library} onClose={onClose} />;
	if (open?.kind === 'damaged') return <DamagedDialog library={open.library} onClose={onClose} />;
	return (
		<Dialog isOpen={open?.kind === 'add'} onClose={onClose} title={text('library.add')} isWide>
			<LibraryForm onCreated={created} onCancel={onClose} />
		</Dialog>
	);
}

export function LibrariesSection() {
	const text = useText();
	const { data, error, refetch } = useQuery(librariesQuery);
	const [open, setOpen] = useState<Open | null>(null);
	return (
		<section className="section" aria-labelledby="libraries">
			<div className="section-head">
				<h2 id="libraries">{text('settings.libraries')}</h2>
				<Button icon={<IconPlus />} onPress={() => setOpen({ kind: 'add' })}>
					{text('library.add')}
				</Button>
			</div>
			{error && <ErrorState error={error} onRetry={() => void refetch()} />}
			{!data && !error && <LoadingState />}
			{data?.length === 0 && <p className="section-text">{text('settings.libraries.none')}</p>}
			{data && data.length > 0 && (
				<ul className="entries">
					{data.map((library) => (
						<Entry
							key={library.libraryId}
							library={library}
							onRemove={() => setOpen({ kind: 'remove', library })}
							onDamaged={() => setOpen({ kind: 'damaged', library })}
						/>
					))}
				</ul>
			)}
			<Dialogs open={open} onClose={() => setOpen(null)} />
		</section>
	);
}
