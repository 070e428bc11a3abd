/** Somebody on the machine of a measured server: calls over the Unix socket in its data folder. */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import { consoleFinishMember, consoleStartMember } from '@holdfast/contract/accounts';
import * as opaque from '@serenity-kit/opaque';
import { inParallel } from './in-parallel.ts';
import { stretching } from './owner.ts';
import type { MeasuredServer } from './server.ts';

export interface Console extends Disposable {
	/** @throws Error where the server refuses */
	call<R extends RouteShape>(route: R, input: Partial<RouteInput<R>>): Promise<RouteReply<R>>;
}

const send = (agent: Agent, socketPath: string, route: RouteShape, path: string, body: string | null) =>
	new Promise<string>((resolve, reject) => {
		const headers = body === null ? {} : { 'content-type': 'application/json' };
		const asked = request({ agent, socketPath, path, method: route.method, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				if ((response.statusCode ?? 500) < 300) return resolve(text);
				reject(new Error(`${route.method} ${path}: ${response.statusCode} ${text}`));
			});
		});
		asked.once('error', reject);
		asked.end(body ?? undefined);
	});

export const openConsole = (server: Pick<MeasuredServer, 'dataFolder'>): Console => {
	const socketPath = join(server.dataFolder, 'holdfast.sock');
	const agent = new Agent({ keepAlive: true, maxSockets: 8 });
	return {
		call: async <R extends RouteShape>(route: R, input: Partial<RouteInput<R>>): Promise<RouteReply<R>> => {
			const params = (input.params ?? {}) as Record<string, string>;
			const path = route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => params[name] ?? '');
			const body = input.body === undefined ? null : JSON.stringify(input.body);
			const text = await send(agent, socketPath, route, path, body);
			return (text === '' ? undefined : JSON.parse(text)) as RouteReply<R>;
		},
		[Symbol.dispose]: () => agent.destroy(),
	};
};

export interface Member {
	readonly accountId: string;
	readonly username: string;
	readonly password: string;
}

const makeMember = async (console: Console, name: string): Promise<Member> => {
	const who = { username: name, password: `the first password of ${name}` };
	const { password } = who;
	const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
	const { flow, registrationResponse } = await console.call(consoleStartMember, {
		body: { username: name, registrationRequest },
	});
	const { registrationRecord } = opaque.client.finishRegistration({
		password,
		registrationResponse,
		clientRegistrationState,
		keyStretching: stretching,
	});
	const body = { flow, username: name, displayName: name, role: 'member' as const, registrationRecord };
	return { ...who, ...(await console.call(consoleFinishMember, { body })) };
};

/** So many people named `person0`, `person1` and so on. */
export const makeMembers = async (console: Console, count: number): Promise<Member[]> => {
	await opaque.ready;
	const members: Member[] = [];
	await inParallel(count, 4, async (index) => {
		members[index] = await makeMember(console, `person${index}`);
	});
	return members;
};
