/** A new library: its kind, its name, its folders. */
import {
	createLibrary,
	type FolderEntry,
	type Library,
	type LibraryKind,
} from '@holdfast/contract/catalogue';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiFault, call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { libraryIcon } from '../../app/navigation.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Segments } from '../../ui/choice.tsx';
import { IconFolder, IconPlus, IconTrash } from '../../ui/icons.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { FolderPicker } from './folder-picker.tsx';
import './settings.css';

const kinds: readonly LibraryKind[] = ['movies', 'shows', 'music', 'photos'];
const foldersMax = 16;

interface FoldersProps {
	readonly folders: readonly FolderEntry[];
	readonly onChange: (folders: readonly FolderEntry[]) => void;
}

function Folders({ folders, onChange }: FoldersProps) {
	const text = useText();
	const [isOpen, setIsOpen] = useState(false);
	const add = (folder: FolderEntry) => {
		if (!folders.some((known) => known.handle === folder.handle)) onChange([...folders, folder]);
	};
	return (
		<fieldset className="field">
			<legend className="field-label">{text('library.folders')}</legend>
			<ul className="chosen-folders">
				{folders.map((folder) => (
					<li key={folder.handle} className="chosen-folder">
						<IconFolder />
						<code>{folder.displayPath}</code>
						<IconButton
							label={`${text('action.remove')}: ${folder.name}`}
							icon={<IconTrash />}
							onPress={() => onChange(folders.filter((known) => known.handle !== folder.handle))}
						/>
					</li>
				))}
			</ul>
			<div>
				<Button icon={<IconPlus />} onPress={() => setIsOpen(true)} isDisabled={folders.length >= foldersMax}>
					{folders.length === 0 ? text('library.folder.add') : text('library.folder.more')}
				</Button>
			</div>
			<FolderPicker isOpen={isOpen} onClose={() => setIsOpen(false)} onChoose={add} />
		</fieldset>
	);
}

export interface LibraryFormProps {
	readonly onCreated: (library: Library) => void;
	readonly onCancel?: () => void;
}

export function LibraryForm({ onCreated, onCancel }: LibraryFormProps) {
	const text = useText();
	const client = useQueryClient();
	const faultText = useFaultText();
	const [kind, setKind] = useState<LibraryKind>('movies');
	const [typedName, setTypedName] = useState<string | null>(null);
	const [folders, setFolders] = useState<readonly FolderEntry[]>([]);
	const [isChecked, setIsChecked] = useState(false);
	const name = typedName ?? text(`library.kind.${kind}`);
	const submit = useSubmit(async () => {
		setIsChecked(true);
		if (folders.length === 0 || name.trim() === '') return;
		const body = { name: name.trim(), kind, folders: folders.map((folder) => folder.handle) };
		const library = await call(createLibrary, { body });
		await client.invalidateQueries({ queryKey: queryKeys.libraries });
		onCreated(library);
	});
	const isNameFault =
		submit.error instanceof ApiFault && submit.error.code === 'catalogue.library.name-taken';
	const missingName = isChecked && name.trim() === '' ? text('sign-in.required') : null;
	const options = kinds.map((value) => ({
		value,
		label: text(`library.kind.${value}`),
		icon: libraryIcon(value),
	}));
	return (
		<form className="library-form" onSubmit={submit.onSubmit} noValidate>
			<Segments label={text('library.kind')} value={kind} onChange={setKind} options={options} />
			<TextField
				label={text('library.name')}
				name="library-name"
				autoComplete="off"
				maxLength={120}
				value={name}
				onChange={setTypedName}
				fault={isNameFault ? faultText(submit.error).text : missingName}
			/>
			<Folders folders={folders} onChange={setFolders} />
			{isChecked && folders.length === 0 && <Notice tone="fault">{text('library.folder.needed')}</Notice>}
			{!isNameFault && <FaultNotice error={submit.error} />}
			<div className="button-row">
				<Button type="submit" variant="primary" isPending={submit.isPending}>
					{text('library.create')}
				</Button>
				{onCancel && (
					<Button variant="ghost" onPress={onCancel}>
						{text('action.cancel')}
					</Button>
				)}
			</div>
		</form>
	);
}
