/** Reads the configuration, starts the server, says where it is, and stops it when asked to. */
import { configOrFault, readConfig, realConfigInput } from '#platform/config/read.ts';
import { StartFault } from '#platform/fault.ts';
import { openLog } from '#platform/log.ts';
import { type RunningServer, startServer } from './server.ts';

const say = (line: string): void => {
	process.stdout.write(`${line}\n`);
};

const announce = ({ url, setupCode, claim, notices }: RunningServer): void => {
	say(`Holdfast is ready: ${url}`);
	if (setupCode !== null) {
		say(`Set-up code: ${setupCode}`);
		say('Open the address in a browser and type the code: it makes you the owner. It works once.');
	}
	if (claim !== null) {
		say(`Claim code: ${claim.code} (key ${claim.keyName})`);
		say(`Open ${claim.url} signed in and type the code: this server becomes yours. It works once.`);
	}
	for (const notice of notices) say(notice);
};

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
const stopAsked = (): Promise<NodeJS.Signals> =>
	new Promise((resolve) => {
		let isAsked = false;
		const onSignal = (signal: NodeJS.Signals): void => {
			if (isAsked) process.exit(130);
			isAsked = true;
			resolve(signal);
		};
		process.on('SIGINT', onSignal);
		process.on('SIGTERM', onSignal);
	});

const run = async (): Promise<void> => {
	const words = process.argv.slice(2);
	const flags = words[0] === 'serve' ? words.slice(1) : words;
	const config = configOrFault(readConfig(realConfigInput(flags)));
	const log = openLog(config.log.level);
	const asked = stopAsked();
	const server = await startServer({ config, log });
	announce(server);
	await asked;
	say('Stopping.');
	await server[Symbol.asyncDispose]();
};

try {
	await run();
	// Nothing may keep the process after the last part has closed.
	process.exit(0);
} catch (error) {
	if (!(error instanceof StartFault)) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exit(error.exitCode);
}
