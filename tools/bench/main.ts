/**
 * `npm run bench -- NAME [--small]`: runs one measurement. Its report is the last line of standard output.
 */
import { benches } from './benches.ts';
import { interruptibly } from './interruption.ts';

const words = process.argv.slice(2);
const name = words.find((word) => !word.startsWith('-')) ?? '';
const isSmall = words.includes('--small');
const bench = benches[name];
if (bench) {
	try {
		const tell = (line: string): boolean => process.stderr.write(`${name}: ${line}\n`);
		const report = await interruptibly(() => bench(tell, { isSmall }));
		console.log(JSON.stringify(report));
	} catch (error) {
		process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
} else {
	process.stderr.write(`Name one of: ${Object.keys(benches).join(', ')}\n`);
	process.exitCode = 1;
}
