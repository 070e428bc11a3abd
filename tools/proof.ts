/**
 * `npm run proof`: runs every measurement there is and holds it against the numbers to reach. Exit 1 on a
 * miss.
 */
import { benches } from './bench/benches.ts';
import { interruptibly } from './bench/interruption.ts';
import type { Report } from './bench/report.ts';
import { equalAnswersBench } from './proof/equal-answers.ts';
import { missedBy } from './proof/limits.ts';

const tell = (line: string): boolean => process.stderr.write(`${line}\n`);
const reports: Report[] = [];
const missed: string[] = [];
for (const [name, bench] of Object.entries({ ...benches, 'equal-answers': equalAnswersBench })) {
	try {
		const tellOwn = (line: string): boolean => tell(`${name}: ${line}`);
		const report = await interruptibly(() => bench(tellOwn, { isSmall: false }));
		reports.push(report);
		missed.push(...missedBy(report));
	} catch (error) {
		missed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
	}
}
for (const line of missed) tell(`missed: ${line}`);
console.log(JSON.stringify({ name: 'proof', figures: { reports, missed }, yardstick: {}, ratio: {} }));
process.exitCode = missed.length === 0 ? 0 : 1;
