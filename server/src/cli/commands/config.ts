/** `holdfast config show`: every setting, its value and where it came from; secrets withheld. */
import type { Resolved } from '#platform/config/read.ts';
import type { Command } from '../command.ts';

const shown = ({ setting, value }: Resolved): unknown =>
	setting.isSecret && value !== null ? '[withheld]' : value;

export const showConfig: Command = {
	name: 'config show',
	usage: 'config show',
	summary: 'Every setting, its value and where it comes from',
	run: ({ reading }) => {
		const values = reading.resolved.map((resolved) => ({
			key: resolved.setting.key,
			value: shown(resolved),
			source: resolved.source,
		}));
		const lines = values.map(({ key, value, source }) => `${key} = ${JSON.stringify(value)}  (${source})`);
		const wrong = reading.problems.map(({ key, source, message }) => `! ${key} (${source}) ${message}`);
		return Promise.resolve({
			lines: [...lines, ...wrong],
			value: { settings: values, problems: reading.problems },
			exitCode: wrong.length > 0 ? 2 : 0,
		});
	},
};
