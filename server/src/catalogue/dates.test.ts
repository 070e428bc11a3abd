/** Calendar dates against the machine's own calendar. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dateText, timeOfDate } from './dates.ts';

describe('dates', () => {
	it('are those of the calendar', () => {
		const days = fc.integer({ min: -40_000, max: 80_000 });
		fc.assert(
			fc.property(days, (day) => {
				const text = dateText(day * 86_400_000);
				const [year, month, date] = text.split('-').map(Number) as [number, number, number];
				assert.equal(Date.UTC(year, month - 1, date), day * 86_400_000);
				assert.equal(timeOfDate(year, month, date), day * 86_400_000);
			}),
		);
	});
	it('that no calendar has are none', () => {
		assert.equal(timeOfDate(2023, 2, 29), null);
		assert.equal(timeOfDate(2023, 13, 1), null);
	});
});
