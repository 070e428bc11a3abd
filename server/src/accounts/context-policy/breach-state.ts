/** Whether sign-in is more careful than usual: kept in the database, remembered for a second. */
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import type { AccountTables } from '../tables.ts';
import type { BreachState } from './policy.ts';

const rememberedMs = 1_000;

export interface BreachStates {
	get(): Promise<BreachState>;
	set(state: BreachState): Promise<void>;
}

export const createBreachStates = (needs: {
	readonly db: Database<AccountTables>;
	readonly clock: Pick<Clock, 'now'>;
}): BreachStates => {
	let known: { readonly state: Promise<BreachState>; readonly at: number } | null = null;
	const read = async (): Promise<BreachState> => {
		const row = await needs.db.query
			.selectFrom('policyState')
			.select('value')
			.where('name', '=', 'breach-state')
			.executeTakeFirst();
		return row?.value ?? 'none';
	};
	return {
		get: () => {
			const now = needs.clock.now();
			if (known && now - known.at < rememberedMs) return known.state;
			const state = read();
			known = { state, at: now };
			state.catch(() => {
				known = null;
			});
			return state;
		},
		set: async (value) => {
			await needs.db.query
				.insertInto('policyState')
				.values({ name: 'breach-state', value })
				.onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
				.execute();
			known = null;
		},
	};
};
