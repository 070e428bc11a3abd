/** The folder picker: shows folders below the allowed roots under handles that only this process can make. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../platform/fault.ts';
import { folderState, listBelow } from '../../platform/files/list.ts';
import { isInside, resolveBelow } from '../../platform/files/resolve.ts';
import { isIgnoredFolder } from '../naming/beside.ts';

/** A folder as the picker shows it; its handle is the only name that comes back. */
export interface FolderValue {
	readonly handle: string;
	readonly name: string;
	readonly displayPath: string;
	readonly hasChildren: boolean;
	readonly isReadable: boolean;
	readonly remedy: string | null;
}

/** Shows folders of the machine to an administrator, below the allowed roots only. */
export interface FolderPicker {
	/** Folders below `parent`, or the roots. @throws catalogue.folder.refused, catalogue.folder.unreadable */
	list(parent: string | null): Promise<{ readonly folders: FolderValue[]; readonly trail: FolderValue[] }>;
	/** The absolute path behind a handle. @throws catalogue.folder.refused */
	pathOf(handle: string): Promise<string>;
}

interface Place {
	readonly root: string;
	/** Below the root, with `/` between; empty for the root itself. */
	readonly relativePath: string;
}

const foldersMax = 2_000;
const nonceBytes = 12;
const tagBytes = 16;
const handleCharactersMax = 1_024;

/** Folders where media usually lies, when nobody named any. */
export const usualRoots: readonly string[] = [
	'/media',
	'/mnt',
	'/srv',
	'/home',
	'/data',
	'/volume1',
	'/Volumes',
	'/Users',
];

const shellQuoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

/** What to type on the machine so that this process may read a folder. */
const remedyFor = (path: string): string => {
	const { uid } = userInfo();
	return `sudo setfacl -R -m u:${uid}:rX ${shellQuoted(path)}`;
};

const shown = (path: string): string => path.replace(/\p{Cc}/gu, '\ufffd');

/** Handles carry their place under a key of this process: nobody else can make one, and none outlives it. */
const createHandles = (): { seal(place: Place): string; open(handle: string): Place } => {
	const key = randomBytes(32);
	const seal = (place: Place): string => {
		const nonce = randomBytes(nonceBytes);
		const cipher = createCipheriv('aes-256-gcm', key, nonce);
		const text = Buffer.concat([
			cipher.update(JSON.stringify([place.root, place.relativePath])),
			cipher.final(),
		]);
		return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
	};
	const open = (handle: string): Place => {
		try {
			const bytes = Buffer.from(handle, 'base64url');
			const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
				authTagLength: tagBytes,
			});
			decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
			const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
			const [root, relativePath] = JSON.parse(text.toString('utf8')) as [string, string];
			return { root, relativePath };
		} catch (error) {
			throw new Fault('catalogue.folder.refused', { cause: error });
		}
	};
	return { seal, open };
};

/** `roots` are absolute; folders in or above `hidden` (the data folder, the keys) are never chosen. */
export const createFolderPicker = (options: {
	readonly roots: readonly string[];
	readonly hidden: readonly string[];
}): FolderPicker => {
	const { seal, open } = createHandles();
	const isHidden = (path: string): boolean => options.hidden.some((hidden) => isInside(hidden, path));
	const entryOf = async (place: Place, name: string): Promise<FolderValue> => {
		const displayPath = join(place.root, place.relativePath);
		const look = await lookInto(place);
		return {
			handle: seal(place),
			name: shown(name),
			displayPath: shown(displayPath),
			...look,
			remedy: look.isReadable ? null : remedyFor(displayPath),
		};
	};
	const trailOf = (place: Place): Promise<FolderValue[]> =>
		Promise.all(placesAbove(place).map((each) => entryOf(each.place, each.name)));
	const children = async (place: Place): Promise<FolderValue[]> => {
		const names: { relativePath: string; name: string }[] = [];
		for await (const entry of listBelow(place.root, place.relativePath)) {
			if (entry.kind === 'problem' && entry.relativePath === place.relativePath)
				throw new Fault('catalogue.folder.unreadable');
			if (
				entry.kind !== 'folder' ||
				isIgnoredFolder(entry.name) ||
				isHidden(join(place.root, entry.relativePath))
			)
				continue;
			if (names.length < foldersMax && isSealable(place.root, entry.relativePath)) names.push(entry);
		}
		names.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
		return Promise.all(
			names.map(({ relativePath, name }) => entryOf({ root: place.root, relativePath }, name)),
		);
	};
	const rootEntries = async (): Promise<FolderValue[]> => {
		const found: FolderValue[] = [];
		for (const root of options.roots) {
			if ((await folderState(root)).state !== 'missing')
				found.push(await entryOf({ root, relativePath: '' }, root));
		}
		return found;
	};
	return {
		list: async (parent) => {
			if (parent === null) return { folders: await rootEntries(), trail: [] };
			const place = open(parent);
			await assertAllowed(place, options.roots);
			return { folders: await children(place), trail: await trailOf(place) };
		},
		pathOf: async (handle) => {
			const place = open(handle);
			const real = await assertAllowed(place, options.roots);
			if (isHidden(real)) throw new Fault('catalogue.folder.refused');
			return join(place.root, place.relativePath);
		},
	};
};

/** Room for the nonce, the tag and the encoding. */
const isSealable = (root: string, relativePath: string): boolean =>
	Buffer.byteLength(JSON.stringify([root, relativePath])) <
	(handleCharactersMax * 3) / 4 - nonceBytes - tagBytes - 4;

/**
 * The place again, against the disk of this moment: a link that was put there since is followed only inside.
 */
const assertAllowed = async (place: Place, roots: readonly string[]): Promise<string> => {
	if (!roots.includes(place.root)) throw new Fault('catalogue.folder.refused');
	try {
		return (await resolveBelow(place.root, place.relativePath)).realPath;
	} catch (error) {
		throw new Fault('catalogue.folder.refused', { cause: error });
	}
};

/** Whether a folder can be read and has folders in it; stops at the first. */
const lookInto = async (place: Place): Promise<{ isReadable: boolean; hasChildren: boolean }> => {
	for await (const entry of listBelow(place.root, place.relativePath)) {
		if (entry.kind === 'problem' && entry.relativePath === place.relativePath)
			return { isReadable: false, hasChildren: false };
		if (entry.kind === 'folder' && !isIgnoredFolder(entry.name))
			return { isReadable: true, hasChildren: true };
	}
	return { isReadable: true, hasChildren: false };
};

/** The root and every folder on the way to a place, itself included. */
const placesAbove = ({ root, relativePath }: Place): { place: Place; name: string }[] => {
	const parts = relativePath === '' ? [] : relativePath.split('/');
	const below = parts.map((name, index) => ({
		place: { root, relativePath: parts.slice(0, index + 1).join('/') },
		name,
	}));
	return [{ place: { root, relativePath: '' }, name: root }, ...below];
};
