/** Which file systems count as another machine's. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isNetworkFileSystem, mountTypeOf, networkNameOf } from './network.ts';

const mounts = [
	'22 1 8:1 / / rw - ext4 /dev/sda1 rw',
	'40 22 0:40 / /mnt/my\\040nas rw - fuse.sshfs nas:/ rw',
	'41 22 0:41 / /mnt/pool rw - fuse.mergerfs a:b rw',
	'42 40 0:42 / /mnt/my\\040nas/usb rw - fuseblk /dev/sdb1 rw',
].join('\n');

describe('network file systems', () => {
	it('are known by their magic numbers', () => {
		assert.equal(networkNameOf(0x6969, null), 'NFS');
		assert.equal(networkNameOf(0xff534d42, null), 'CIFS');
		assert.equal(networkNameOf(0xfe534d42, null), 'SMB2');
		assert.equal(networkNameOf(0x01021997, null), '9P');
		assert.equal(networkNameOf(0x00c36400, null), 'Ceph');
		for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1]) {
			assert.equal(networkNameOf(local, null), null);
		}
	});

	it('are told from local disks behind FUSE by the mount that holds the path', () => {
		const nameOf = (path: string) => networkNameOf(0x65735546, mountTypeOf(mounts, path));
		assert.equal(nameOf('/mnt/my nas/films'), 'fuse.sshfs');
		assert.equal(nameOf('/mnt/my nas/usb/data'), null);
		assert.equal(nameOf('/mnt/pool'), null);
		assert.equal(mountTypeOf(mounts, '/mnt/poolside'), 'ext4');
		assert.equal(networkNameOf(0x65735546, null), 'FUSE');
	});

	it('are looked for at the nearest folder that is there', async () => {
		assert.equal(await isNetworkFileSystem(join(tmpdir(), 'not', 'there', 'yet')), false);
	});
});
