/** Tracks are named by people's words for languages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageName, trackName } from './language-name.ts';

test('codes of two and of three letters are named in the language of the reader', () => {
	assert.equal(languageName('de', 'en'), 'German');
	assert.equal(languageName('eng', 'de'), 'Englisch');
});

test('no language is no name, and nonsense is shown as it came', () => {
	assert.equal(languageName('und', 'en'), null);
	assert.equal(languageName(null, 'en'), null);
	assert.equal(languageName('not a code', 'en'), 'not a code');
});

test('a track with words of its own keeps them', () => {
	assert.equal(trackName({ label: 'Director’s commentary', language: 'eng' }, 'de'), 'Director’s commentary');
	assert.equal(trackName({ label: 'eng', language: 'eng' }, 'de'), 'Englisch');
});
