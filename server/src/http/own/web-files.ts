/** The built web app: hashed files that never change, and one page for every address of the app. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '#platform/fault.ts';

const yearSeconds = 365 * 24 * 3600;

/** A browser that opens an address of the app, as against a script that asks for data. */
const wantsPage = (request: FastifyRequest): boolean =>
	request.method === 'GET' &&
	!/^\/(api|console)(\/|$)/.test(request.url) &&
	!/\.[a-z0-9]{2,5}(\?|$)/i.test(request.url) &&
	(request.headers.accept ?? '').includes('text/html');

/**
 * Serves `folder` (the build's output). These files are the same for everybody and hold nothing of the data;
 * all else that has no route is `request.unknown-route`.
 */
export const mountWebFiles = async (app: FastifyInstance, folder: string): Promise<void> => {
	const isBuilt = existsSync(join(folder, 'index.html'));
	if (isBuilt) {
		await app.register(serveStatic, {
			root: folder,
			// Looked up at each request: a web app that is built anew is there without a restart.
			index: false,
			dotfiles: 'ignore',
			cacheControl: false,
			setHeaders: (reply, path) => {
				const isHashed = path.includes(`${join(folder, 'assets')}`);
				reply.header('cache-control', isHashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
			},
		});
	}
	const sendPage = (reply: FastifyReply): FastifyReply =>
		reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').sendFile('index.html', folder);
	if (isBuilt) app.get('/', (_request, reply) => sendPage(reply));
	app.setNotFoundHandler((request, reply) => {
		if (!isBuilt || !wantsPage(request)) throw new Fault('request.unknown-route');
		return sendPage(reply);
	});
};
