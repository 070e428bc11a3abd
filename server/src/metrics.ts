/** Counters and gauges for `/metrics`: numbers only, no names, no titles, no addresses. */
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

export interface Metrics {
	print(): Promise<string>;
}

/** What is read at the moment of asking. */
export interface MetricSources {
	readonly liveStreams: () => number;
	readonly keeperAnswers: () => Promise<Readonly<Record<string, number>>>;
}

/** Counts every answer by route and status class; routes are those of the contract, so labels are bounded. */
export const createMetrics = (app: FastifyInstance, sources: MetricSources): Metrics => {
	const register = new Registry();
	collectDefaultMetrics({ register, prefix: 'holdfast_' });
	const answers = new Counter({
		name: 'holdfast_http_answers_total',
		help: 'Answers by route and status class',
		labelNames: ['route', 'status'],
		registers: [register],
	});
	const keeper: Gauge<'verb'> = new Gauge({
		name: 'holdfast_keeper_answers',
		help: 'Requests that the keeper answered since its start, by verb',
		labelNames: ['verb'],
		registers: [register],
		collect: async () => {
			const counts = await sources.keeperAnswers().catch(() => ({}));
			for (const [verb, count] of Object.entries(counts)) keeper.set({ verb }, Number(count));
		},
	});
	const streams: Gauge = new Gauge({
		name: 'holdfast_event_streams',
		help: 'Pages that listen for live events',
		registers: [register],
		collect: () => {
			streams.set(sources.liveStreams());
		},
	});
	app.addHook('onResponse', (request, reply, done) => {
		const status = `${Math.floor(reply.statusCode / 100)}xx`;
		answers.inc({ route: request.routeOptions.url ?? 'none', status });
		done();
	});
	return { print: () => register.metrics() };
};
