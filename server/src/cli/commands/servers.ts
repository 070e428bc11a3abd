/**
 * `holdfast server …`: on a media server, how it stands with its account service and how it lets go of its
 * owner; on an account service, the media servers there are.
 */
import type { RouteReply } from '@holdfast/contract/route';
import {
	consoleAuthority,
	consoleListServers,
	consoleReleaseAuthority,
	consoleReleaseServer,
} from '@holdfast/contract/servers';
import { StartFault } from '#platform/fault.ts';
import { type Command, UsageError } from '../command.ts';
import { openConsole } from '../console.ts';

const when = (timeMs: number | null): string => (timeMs === null ? 'never' : new Date(timeMs).toISOString());

export const serverStatus: Command = {
	name: 'server status',
	usage: 'server status',
	summary: 'How this media server stands with the account service that knows its people',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const status = await console.call(consoleAuthority, {});
		if (status.url === null) return { lines: ['This server knows its people itself.'], value: status };
		const lines = [
			`Account service: ${status.url} (${status.isReachable ? 'answers' : 'is away'})`,
			`Key: ${status.keyName?.slice(0, 8) ?? ''}`,
			`Last checkpoint: ${status.position ?? 'none'}, heard ${when(status.heardAt)}`,
			status.isClaimed ? 'Claimed.' : `Nobody has claimed it. Claim code: ${status.claimCode ?? ''}`,
			...(status.alarm === null ? [] : [`ALARM: ${status.alarm}`]),
		];
		return { lines, value: status, exitCode: status.alarm === null ? 0 : 1 };
	},
};

type Listed = RouteReply<typeof consoleListServers>['servers'][number];

export const listMediaServers: Command = {
	name: 'server list',
	usage: 'server list',
	summary: 'The media servers that people claimed at this account service, and how far each has come',
	run: async (needs) => {
		const config = needs.config();
		if (config.authority)
			throw new StartFault('Ask at the account service: this is one of its media servers.');
		await using console = await openConsole(config);
		const servers: Listed[] = [];
		let after: string | null = null;
		do {
			const page: { servers: Listed[]; next: string | null } = await console.call(consoleListServers, {
				query: after === null ? {} : { after },
			});
			servers.push(...page.servers);
			after = page.next;
		} while (after !== null);
		return {
			lines: servers.map(
				(each) =>
					`${each.serverId}  key ${each.keyName}  owner ${each.ownerId}  heard ${when(each.lastHeardAt)}  ` +
					`${each.behind} events behind`,
			),
			value: { servers },
		};
	},
};

export const releaseServer: Command = {
	name: 'server release',
	usage: 'server release [SERVER-ID]',
	summary: 'Let go of the owner: this media server, or by id one that was claimed here',
	run: async (needs) => {
		const config = needs.config();
		const [serverId, ...more] = needs.words;
		if (more.length > 0) throw new UsageError('One server, please.');
		await using console = await openConsole(config);
		if (config.authority) {
			const { claimCode, isTold } = await console.call(consoleReleaseAuthority, {});
			const told = isTold ? 'The account service knows.' : 'The account service could not be told.';
			return {
				lines: [`This server is nobody's. ${told}`, `Claim code: ${claimCode}`],
				value: { claimCode, isTold },
			};
		}
		if (serverId === undefined) throw new UsageError('Which one? "server list" shows the ids.');
		await console.call(consoleReleaseServer, { params: { serverId } });
		return { lines: ['Nobody owns this server now.'], value: { serverId } };
	},
};
