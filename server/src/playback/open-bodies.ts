/** Files on their way to people: each holds a descriptor for as long as its reader likes. */
import type { Readable } from 'node:stream';

/** Of one viewer: several screens, each with a player that asks ahead. Few of the files that may be open. */
export const bodiesPerViewerMax = 24;

export interface OpenBodies {
	/**
	 * Counts a body until it closes. Above the bound the viewer's oldest is cut: a player that is still there
	 * asks anew.
	 */
	hold(viewerId: string, body: Readable): void;
}

export const createOpenBodies = (bodiesMax = bodiesPerViewerMax): OpenBodies => {
	const open = new Map<string, Set<Readable>>();
	return {
		hold: (viewerId, body) => {
			const own = open.get(viewerId) ?? new Set();
			open.set(viewerId, own);
			own.add(body);
			body.once('close', () => {
				own.delete(body);
				if (own.size === 0 && open.get(viewerId) === own) open.delete(viewerId);
			});
			if (own.size <= bodiesMax) return;
			const [oldest] = own;
			if (oldest) {
				own.delete(oldest);
				oldest.destroy();
			}
		},
	};
};
