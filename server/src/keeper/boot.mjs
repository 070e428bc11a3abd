/**
 * Where the keeper's process begins: takes the sources of `sources.ts` from the channel and starts the
 * entry. Plain JavaScript, so that nothing which understands types is loaded.
 */
import { registerHooks } from 'node:module';

process.once('disconnect', () => process.exit(0));
process.once('message', ({ entry, sources }) => {
	registerHooks({
		load: (url, context, nextLoad) =>
			Object.hasOwn(sources, url)
				? { format: 'module', source: sources[url], shortCircuit: true }
				: nextLoad(url, context),
	});
	import(entry).catch(() => process.exit(1));
});
