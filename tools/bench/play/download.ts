/** A client that throws away what it gets, so that the server is what is measured. */
import { connect } from 'node:net';
import { cpuSecondsOf } from '../process-costs.ts';

const bufferBytes = 1024 * 1024;

/** Gets a whole file over a connection of its own. @returns bytes of the answer's body and milliseconds */
export const download = (address: string, cookie = ''): Promise<{ bytes: number; elapsedMs: number }> =>
	new Promise((resolve, reject) => {
		const { hostname, port, pathname, host } = new URL(address);
		const buffer = Buffer.allocUnsafe(bufferBytes);
		let expected: number | null = null;
		let bytes = 0;
		const startedMs = performance.now();
		const onData = (length: number): boolean => {
			bytes += length;
			if (expected === null) {
				const head = buffer.toString('latin1', 0, length);
				const end = head.indexOf('\r\n\r\n');
				if (!head.startsWith('HTTP/1.1 200') || end === -1) {
					socket.destroy(new Error(`The download was refused: ${head.slice(0, 200)}`));
					return false;
				}
				expected = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
				bytes = length - end - 4;
			}
			if (bytes >= expected) {
				resolve({ bytes, elapsedMs: performance.now() - startedMs });
				socket.destroy();
			}
			return true;
		};
		const socket = connect({ host: hostname, port: Number(port), onread: { buffer, callback: onData } });
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('The download broke off.')));
		const words = [
			`GET ${pathname} HTTP/1.1`,
			`Host: ${host}`,
			'Connection: close',
			...(cookie ? [`Cookie: ${cookie}`] : []),
		];
		socket.write(`${words.join('\r\n')}\r\n\r\n`);
	});

export interface Throughput {
	readonly bytesPerSecond: number;
	readonly cpuSecondsPerByte: number;
}

/** One download, and what it cost the process that served it. */
export const measureDownload = async (source: {
	readonly url: string;
	readonly cookie?: string;
	readonly pid: number;
}): Promise<Throughput> => {
	const cpuBefore = await cpuSecondsOf(source.pid);
	const { bytes, elapsedMs } = await download(source.url, source.cookie);
	const cpuSeconds = (await cpuSecondsOf(source.pid)) - cpuBefore;
	return { bytesPerSecond: (bytes * 1_000) / elapsedMs, cpuSecondsPerByte: cpuSeconds / bytes };
};
