/**
 * The yardstick of `bench -- reset`: better-auth over `node:http` and the same embedded database, as its
 * documentation sets it up, in a process of its own. Prints its port; the tokens of its reset mails go to
 * whoever asks for them, since it mails nobody here.
 */
import { DatabaseSync } from 'node:sqlite';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';

const file = process.argv[2];
if (file === undefined) throw new Error('Name the database file.');
const database = new DatabaseSync(file);
database.exec('pragma journal_mode = wal; pragma synchronous = normal');
const tokens = new Map<string, string>();

const open = async (port: number) => {
	const auth = betterAuth({
		database,
		baseURL: `http://127.0.0.1:${port}`,
		secret: 'a secret of the measurement, long enough to be taken for one',
		telemetry: { enabled: false },
		rateLimit: { enabled: false },
		logger: { disabled: true },
		emailAndPassword: {
			enabled: true,
			autoSignIn: false,
			revokeSessionsOnPasswordReset: true,
			sendResetPassword: ({ user, token }) => {
				tokens.set(user.email, token);
				return Promise.resolve();
			},
		},
	});
	const { runMigrations } = await getMigrations(auth.options);
	await runMigrations();
	return toNodeHandler(auth);
};

let answer: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
const server = createServer((request, response) => {
	const mail = request.url?.startsWith('/token?')
		? new URLSearchParams(request.url.slice(7)).get('mail')
		: null;
	if (mail === null) return void answer(request, response);
	response.end(tokens.get(mail) ?? '');
});
server.listen(0, '127.0.0.1', async () => {
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	answer = await open(port);
	console.log(`port ${port}`);
});
