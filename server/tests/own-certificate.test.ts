/** HTTPS with a certificate of one's own: the server speaks it, and its cookies are kept for it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeFolders, startProgram } from './support/program.ts';

const makeIdentity = async (folder: string): Promise<{ key: string; certificate: string }> => {
	const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
	const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
	const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
	await promisify(execFile)('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', certificate]);
	return { key, certificate };
};

const get = (url: string, ca: string): Promise<string> =>
	new Promise((resolve, reject) => {
		request(url, { ca }, (response) => {
			response
				.toArray()
				.then((chunks) => resolve(chunks.map(String).join('')))
				.catch(reject);
		})
			.once('error', reject)
			.end();
	});

test('with a certificate and its key the address is HTTPS, and plain HTTP gets no answer there', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'hf-tls-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	const { key, certificate } = await makeIdentity(folder);
	await using folders = await makeFolders();
	const tls = { HOLDFAST_TLS_CERTIFICATE_FILE: certificate, HOLDFAST_TLS_KEY_FILE: key };
	const program = startProgram(folders, tls);
	const [, url = ''] = await program.line(/ready: (https:\/\/localhost:\d+)/);
	const status = JSON.parse(await get(`${url}/api/status`, await readFile(certificate, 'utf8'))) as object;
	assert.equal('isSecureTransport' in status && status.isSecureTransport, true);
	await assert.rejects(fetch(`${url.replace('https', 'http')}/api/status`));
	await assert.rejects(get(`${url}/api/status`, ''), /self-signed|unable to verify/);
	program.child.kill('SIGTERM');
	assert.equal((await program.ended).exitCode, 0);
});

test('a certificate that cannot be read is one clear line', async () => {
	await using folders = await makeFolders();
	const missing = join(folders.root, 'nothing.pem');
	const tls = { HOLDFAST_TLS_CERTIFICATE_FILE: missing, HOLDFAST_TLS_KEY_FILE: missing };
	const ended = await startProgram(folders, tls).ended;
	assert.notEqual(ended.exitCode, 0);
	assert.match(ended.stderr, /Cannot read .*nothing\.pem, which the configuration names for HTTPS/);
	assert.equal(ended.stderr.trim().split('\n').length, 1);
});
