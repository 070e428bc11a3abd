/**
 * Whether a path lies on a file system of another machine, where file locks and memory maps cannot be
 * trusted.
 */
import { readFile, realpath, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Magic numbers of `statfs(2)`, Linux. */
const networkByMagic: ReadonlyMap<number, string> = new Map([
	[0x6969, 'NFS'],
	[0xff534d42, 'CIFS'],
	[0xfe534d42, 'SMB2'],
	[0x517b, 'SMB'],
	[0x01021997, '9P'],
	[0x5346414f, 'AFS'],
	[0x6b414653, 'AFS'],
	[0x00c36400, 'Ceph'],
	[0x73757245, 'Coda'],
	[0x564c, 'NCP'],
	[0x0bd00bd0, 'Lustre'],
	[0x7461636f, 'OCFS2'],
	[0x01161970, 'GFS2'],
	[0x47504653, 'GPFS'],
	[0xaad7aaea, 'PanFS'],
	[0x013111a8, 'IBRIX'],
	[0x786f4256, 'a shared folder of VirtualBox'],
	[0xbacbacbc, 'a shared folder of VMware'],
]);

const fuseMagic = 0x65735546;

/** FUSE file systems that are local disks in truth; every other is taken for a network one. */
const localFuse = new Set([
	'fuseblk',
	'fuse.fuse-overlayfs',
	'fuse.mergerfs',
	'fuse.bindfs',
	'fuse.gocryptfs',
]);

const nearestExisting = async (path: string): Promise<string> => {
	try {
		return await realpath(path);
	} catch (error) {
		const parent = dirname(path);
		if (parent === path) throw error;
		return nearestExisting(parent);
	}
};

/**
 * The type that `/proc/self/mountinfo` gives for the mount that holds `path`: the longest mount point wins.
 */
export const mountTypeOf = (mountInfo: string, path: string): string | null => {
	let best: { point: string; type: string } | null = null;
	for (const line of mountInfo.split('\n')) {
		const [before, after] = line.split(' - ');
		const escaped = before?.split(' ')[4];
		const type = after?.split(' ')[0];
		if (escaped === undefined || type === undefined) continue;
		const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) =>
			String.fromCharCode(parseInt(octal, 8)),
		);
		const holds = point === '/' || path === point || path.startsWith(`${point}/`);
		if (holds && point.length >= (best?.point.length ?? 0)) best = { point, type };
	}
	return best?.type ?? null;
};

/** Which network file system a magic number and a mount type say, or null for a local disk. */
export const networkNameOf = (magic: number, mountType: string | null): string | null => {
	if (magic === fuseMagic)
		return mountType !== null && localFuse.has(mountType) ? null : (mountType ?? 'FUSE');
	return networkByMagic.get(magic) ?? null;
};

/**
 * The name of the network file system that holds `path` (or its nearest folder that is there), or null for
 * a local disk. Linux only; elsewhere always null.
 */
export const networkFileSystem = async (path: string): Promise<string | null> => {
	if (process.platform !== 'linux') return null;
	const existing = await nearestExisting(path);
	const magic = (await statfs(existing)).type;
	const mountType =
		magic === fuseMagic ? mountTypeOf(await readFile('/proc/self/mountinfo', 'utf8'), existing) : null;
	return networkNameOf(magic, mountType);
};

/** True where `networkFileSystem` names one. */
export const isNetworkFileSystem = async (path: string): Promise<boolean> =>
	(await networkFileSystem(path)) !== null;
