/** The right subtitle shows without anybody asking twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSubtitle, subtitlesOff } from './subtitle-choice.ts';

const subtitle = (language: string, more: { isForced?: boolean; isDefault?: boolean } = {}) => ({
	language,
	isForced: false,
	isDefault: false,
	...more,
});
const list = [subtitle('de'), subtitle('en', { isDefault: true }), subtitle('fr', { isForced: true })];

test('without a choice the default of the file shows, and without one nothing does', () => {
	assert.equal(firstSubtitle(list, null), 1);
	assert.equal(firstSubtitle([subtitle('de')], null), null);
	assert.equal(firstSubtitle([], 'de'), null);
});

test('the language chosen last wins over the default', () => {
	assert.equal(firstSubtitle(list, 'de'), 0);
});

test('a forced subtitle never stands in for the whole one of a chosen language', () => {
	assert.equal(firstSubtitle([subtitle('fr', { isForced: true }), subtitle('fr')], 'fr'), 1);
});

test('subtitles turned off stay off, but for forced ones', () => {
	assert.equal(firstSubtitle(list, subtitlesOff), 2);
	assert.equal(firstSubtitle(list.slice(0, 2), subtitlesOff), null);
});

test('a language this title does not have falls back to its default', () => {
	assert.equal(firstSubtitle(list, 'pt'), 1);
});
