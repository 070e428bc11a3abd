/** Counters and gauges for `/metrics`: numbers only, no names, no titles, no addresses. */
import type { FastifyInstance } from 'fastify';
import type { Counter, Gauge, Registry } from 'prom-client';

export interface Metrics {
	print(): Promise<string>;
}

/** What is read at the moment of asking. */
export interface MetricSources {
	readonly liveStreams: () => number;
	readonly keeperAnswers: () => Promise<Readonly<Record<string, number>>>;
}

interface Answers {
	readonly route: string;
	readonly status: string;
	count: number;
}

/** Prometheus' own library is loaded when somebody first asks, and only then measures the process. */
const openRegister = async (
	answers: ReadonlyMap<string, Answers>,
	sources: MetricSources,
): Promise<Registry> => {
	const { collectDefaultMetrics, Counter, Gauge, Registry } = await import('prom-client');
	const register = new Registry();
	collectDefaultMetrics({ register, prefix: 'holdfast_' });
	const registers = [register];
	const answered: Counter<'route' | 'status'> = new Counter({
		name: 'holdfast_http_answers_total',
		help: 'Answers by route and status class',
		labelNames: ['route', 'status'],
		registers,
		collect: () => {
			answered.reset();
			for (const { route, status, count } of answers.values()) answered.inc({ route, status }, count);
		},
	});
	const keeper: Gauge<'verb'> = new Gauge({
		name: 'holdfast_keeper_answers',
		help: 'Requests that the keeper answered since its start, by verb',
		labelNames: ['verb'],
		registers,
		collect: async () => {
			const counts = await sources.keeperAnswers().catch(() => ({}));
			for (const [verb, count] of Object.entries(counts)) keeper.set({ verb }, Number(count));
		},
	});
	const streams: Gauge = new Gauge({
		name: 'holdfast_event_streams',
		help: 'Pages that listen for live events',
		registers,
		collect: () => {
			streams.set(sources.liveStreams());
		},
	});
	return register;
};

/** Counts every answer by route and status class; routes are those of the contract, so labels are bounded. */
export const createMetrics = (app: FastifyInstance, sources: MetricSources): Metrics => {
	const answers = new Map<string, Answers>();
	let register: Promise<Registry> | null = null;
	app.addHook('onResponse', (request, reply, done) => {
		const route = request.routeOptions.url ?? 'none';
		const status = `${Math.floor(reply.statusCode / 100)}xx`;
		const key = `${status} ${route}`;
		const known = answers.get(key) ?? { route, status, count: 0 };
		known.count += 1;
		answers.set(key, known);
		done();
	});
	return {
		print: async () => {
			register ??= openRegister(answers, sources);
			return (await register).metrics();
		},
	};
};
