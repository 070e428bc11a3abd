/** The check against stolen passwords: what leaves the page, and what an answer means. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkBreached, isInRange } from './breached-password.ts';

/** SHA-1 of `password`: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8. */
const suffix = '1E4C9B93F3F0682250B6CF8331B7EE68FD8';

describe('the check against stolen passwords', () => {
	it('sends five hex digits and nothing else', async () => {
		const sent: string[] = [];
		const verdict = await checkBreached('password', async (prefix) => {
			sent.push(prefix);
			return `0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n${suffix}:52256179\r\n`;
		});
		assert.equal(verdict, 'stolen');
		assert.deepEqual(sent, ['5BAA6']);
	});

	it('asks once for each password', async () => {
		let asked = 0;
		const askRange = async (): Promise<string> => {
			asked += 1;
			return '';
		};
		assert.equal(await checkBreached('nobody has this one', askRange), 'not-found');
		assert.equal(await checkBreached('nobody has this one', askRange), 'not-found');
		assert.equal(asked, 1);
	});

	it('says that it does not know where the list cannot be reached, and asks again', async () => {
		const away = (): Promise<string> => Promise.reject(new Error('away'));
		assert.equal(await checkBreached('out of reach', away), 'unchecked');
		assert.equal(await checkBreached('out of reach', async () => ''), 'not-found');
	});

	it('counts padding as not found', () => {
		assert.equal(isInRange(suffix, `${suffix}:0`), false);
		assert.equal(isInRange(suffix, `${suffix.toLowerCase()}:1`), true);
	});
});
