/** Remembers for a while what was used, in bounded memory, so that nothing works twice. */

export interface SingleUse {
	/**
	 * True the first time for this id; false when it was used within the memory's span, or when the memory is
	 * full.
	 */
	use(id: string, nowMs: number): boolean;
	readonly size: number;
}

/**
 * `spanMs` must be at least as long as anything handed to `use` lives. A full memory refuses: it never
 * forgets early.
 */
export const createSingleUse = (limits: {
	readonly spanMs: number;
	readonly entriesMax: number;
}): SingleUse => {
	const usedAt = new Map<string, number>();
	const forgetOld = (nowMs: number): void => {
		for (const [id, atMs] of usedAt) {
			if (atMs + limits.spanMs > nowMs) return;
			usedAt.delete(id);
		}
	};
	return {
		use: (id, nowMs) => {
			forgetOld(nowMs);
			if (usedAt.has(id) || usedAt.size >= limits.entriesMax) return false;
			usedAt.set(id, nowMs);
			return true;
		},
		get size() {
			return usedAt.size;
		},
	};
};
