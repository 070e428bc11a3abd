/** Every reason the server may give has a sentence in every language, and the sentence can be said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanReason } from '@holdfast/contract/playback';
import { createIntl } from 'react-intl';
import { mediaDe } from '../messages/media-de.ts';
import { mediaEn } from '../messages/media-en.ts';
import { planSentences, reasonSentence } from './reasons.ts';

const languages: readonly [string, Readonly<Record<string, string>>][] = [
	['en', mediaEn],
	['de', mediaDe],
];
const format = (locale: string, id: string, text: string, values: object): string => {
	const onError = (error: Error): never => {
		throw error;
	};
	return createIntl({ locale, messages: { [id]: text }, onError }).formatMessage({ id }, { ...values });
};
const said = (
	language: string,
	texts: Readonly<Record<string, string>>,
	id: string,
	values: object,
): string => {
	const text = texts[id];
	assert.ok(text, `${language} has no ${id}`);
	return format(language, id, text, values);
};

test('each reason of the contract can be said with and without a detail, in each language', () => {
	for (const { const: reason } of PlanReason.properties.reason.anyOf) {
		for (const detail of [null, 'ac3']) {
			for (const [language, texts] of languages) {
				const { id, values } = reasonSentence({ track: 'audio', reason, detail });
				const sentence = said(language, texts, id, values);
				assert.ok(!/none|null|undefined|\{|\(\)/.test(sentence), sentence);
			}
		}
	}
});

/** A value for every name that a text of these pages uses. */
const everything = {
	...{
		hours: 1,
		minutes: 2,
		seconds: 3,
		count: 4,
		season: 5,
		episode: 6,
		detail: 'x',
		kind: 'movies',
		q: 'x',
	},
	...{ name: 'x', title: 'x', time: 'x', position: 'x', duration: 'x' },
};

test('every text of the media pages can be said in each language', () => {
	for (const [language, texts] of languages) {
		for (const [id, text] of Object.entries(texts)) {
			assert.doesNotThrow(() => format(language, id, text, everything), `${language} ${id}`);
		}
	}
});

test('a codec is named as on a box', () => {
	const { id, values } = reasonSentence({
		track: 'audio',
		reason: 'audio-codec-not-supported',
		detail: 'ac3',
	});
	assert.equal(said('en', mediaEn, id, values), 'This browser cannot decode AC-3 sound.');
});

test('a film with foreign sound is told apart: picture untouched, sound converted, and why', () => {
	const sentences = planSentences({
		method: 'transcoded',
		video: 'copy',
		audio: 'encode',
		reasons: [
			{ track: 'audio', reason: 'audio-codec-not-supported', detail: 'ac3' },
			{ track: 'audio', reason: 'audio-codec-not-supported', detail: 'ac3' },
		],
	});
	assert.deepEqual(
		sentences.map(({ id }) => id),
		[
			'player.why.method-transcoded',
			'player.why.video-copy',
			'player.why.audio-encode',
			'player.why.audio-codec-not-supported',
		],
	);
});

test('a file as it is needs no word about its tracks, music none about pictures', () => {
	const direct = planSentences({ method: 'direct', video: 'copy', audio: 'copy', reasons: [] });
	assert.deepEqual(
		direct.map(({ id }) => id),
		['player.why.method-direct'],
	);
	const music = planSentences({ method: 'packaged', video: 'none', audio: 'copy', reasons: [] });
	assert.deepEqual(
		music.map(({ id }) => id),
		['player.why.method-packaged', 'player.why.audio-copy'],
	);
});

test('lengths are said without zeros', () => {
	const say = (hours: number, minutes: number) =>
		said('en', mediaEn, 'media.runtime', { hours, minutes }).trim();
	assert.equal(say(1, 45), '1 h 45 min');
	assert.equal(say(0, 12), '12 min');
	assert.equal(say(2, 0), '2 h');
});
