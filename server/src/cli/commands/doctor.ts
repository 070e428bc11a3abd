/**
 * `holdfast doctor`: what the server finds when it looks at itself, and what a thief of this machine would
 * have.
 */
import { consoleDoctor } from '@holdfast/contract/system';
import type { Command } from '../command.ts';
import { openConsole } from '../console.ts';

const marks = { good: 'ok  ', warning: 'note', bad: 'BAD ' } as const;

export const doctor: Command = {
	name: 'doctor',
	usage: 'doctor',
	summary: 'Look the server over: database, keeper, ffmpeg, folders, what a thief would have',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const { findings } = await console.call(consoleDoctor, {});
		const isBad = findings.some(({ state }) => state === 'bad');
		return {
			lines: findings.map(({ state, topic, text }) => `${marks[state]}  ${topic.padEnd(10)}  ${text}`),
			value: { isServerRunning: console.isServerRunning, findings },
			exitCode: isBad ? 1 : 0,
		};
	},
};
