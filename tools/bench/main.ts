/** `npm run bench -- NAME`: runs one measurement. Its report is the last line of standard output. */
import { benches } from './benches.ts';

const [name = ''] = process.argv.slice(2);
const bench = benches[name];
if (bench) {
	try {
		const report = await bench((line) => process.stderr.write(`${name}: ${line}\n`));
		console.log(JSON.stringify(report));
	} catch (error) {
		process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
} else {
	process.stderr.write(`Name one of: ${Object.keys(benches).join(', ')}\n`);
	process.exitCode = 1;
}
