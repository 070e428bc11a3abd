/** Walks the folders that the machine's owner allowed. Only handles go back to the server, never a path. */
import { type FolderEntry, listFolders } from '@holdfast/contract/catalogue';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { call } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconChevronRight, IconFolder, IconWarning } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';
import './settings.css';

const useFolders = (parent: string | null, isOpen: boolean) =>
	useQuery({
		queryKey: ['folders', parent],
		queryFn: ({ signal }) => call(listFolders, { query: parent === null ? {} : { parent } }, { signal }),
		enabled: isOpen,
		staleTime: 0,
		placeholderData: keepPreviousData,
	});

function Trail({
	trail,
	onOpen,
}: {
	readonly trail: readonly FolderEntry[];
	readonly onOpen: (handle: string | null) => void;
}) {
	const text = useText();
	return (
		<nav aria-label={text('folders.trail')} className="folder-trail">
			<Button variant="ghost" onPress={() => onOpen(null)}>
				{text('folders.top')}
			</Button>
			{trail.map((folder) => (
				<span key={folder.handle} className="folder-trail-part">
					<IconChevronRight sizeEm={1} />
					<Button variant="ghost" onPress={() => onOpen(folder.handle)}>
						{folder.name}
					</Button>
				</span>
			))}
		</nav>
	);
}

function Folder({ folder, onOpen }: { readonly folder: FolderEntry; readonly onOpen: () => void }) {
	const text = useText();
	if (!folder.isReadable) {
		return (
			<li className="folder folder-closed">
				<IconWarning />
				<div>
					<div>{folder.name}</div>
					<div className="field-note">{text('folders.unreadable')}</div>
					{folder.remedy && <code className="folder-remedy">{folder.remedy}</code>}
				</div>
			</li>
		);
	}
	return (
		<li>
			<AriaButton
				className="folder"
				onPress={onOpen}
				aria-label={text('folders.open', { name: folder.name })}
			>
				<IconFolder />
				<span className="folder-name">{folder.name}</span>
				<IconChevronRight sizeEm={1.1} />
			</AriaButton>
		</li>
	);
}

export interface FolderPickerProps {
	readonly isOpen: boolean;
	readonly onClose: () => void;
	readonly onChoose: (folder: FolderEntry) => void;
}

export function FolderPicker({ isOpen, onClose, onChoose }: FolderPickerProps) {
	const text = useText();
	const [parent, setParent] = useState<string | null>(null);
	const { data, error } = useFolders(parent, isOpen);
	const here = data?.trail.at(-1);
	const choose = () => {
		if (!here) return;
		onChoose(here);
		onClose();
	};
	const foot = (
		<Button variant="primary" isDisabled={!here} onPress={choose}>
			{here ? text('folders.choose', { name: here.name }) : text('folders.choose-none')}
		</Button>
	);
	return (
		<Dialog isOpen={isOpen} onClose={onClose} title={text('folders.title')} foot={foot} isWide>
			<Trail trail={data?.trail ?? []} onOpen={setParent} />
			<FaultNotice error={error} />
			{!data && !error && <LoadingState />}
			<ul className="folders">
				{data?.folders.map((folder) => (
					<Folder key={folder.handle} folder={folder} onOpen={() => setParent(folder.handle)} />
				))}
				{data?.folders.length === 0 && <li className="field-note">{text('folders.empty')}</li>}
			</ul>
			{data && !here && <p className="field-note">{text('folders.elsewhere')}</p>}
			{here && <code className="folder-path">{here.displayPath}</code>}
		</Dialog>
	);
}
