/** `npm run drill -- NAME`: the bad days that can be rehearsed. */
type Drill = () => Promise<object>;

const drills: Readonly<Record<string, Drill>> = {};

const [name = ''] = process.argv.slice(2);
const drill = drills[name];
if (drill) {
	console.log(JSON.stringify(await drill()));
} else {
	const names = Object.keys(drills);
	process.stderr.write(
		names.length === 0 ? 'This version has no drills yet.\n' : `Name one of: ${names.join(', ')}\n`,
	);
	process.exitCode = 1;
}
