/** Every text in every language. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { faultCodes } from '@holdfast/contract/errors';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { de } from './de.ts';
import { en } from './en.ts';

type Texts = Readonly<Record<string, string>>;
const english: Texts = en;
const german: Texts = de;

const namesIn = (elements: readonly MessageFormatElement[]): string[] =>
	elements.flatMap((element) => {
		const own = 'value' in element && element.type !== TYPE.literal ? [element.value] : [];
		const inner =
			'options' in element ? Object.values(element.options).flatMap((option) => namesIn(option.value)) : [];
		return [...own, ...inner];
	});
const argumentsOf = (text: string): string[] => [...new Set(namesIn(parse(text)))].sort();

describe('messages', () => {
	it('have a text for every fault code, in both languages', () => {
		for (const code of faultCodes) {
			assert.ok(english[`fault.${code}`], `English for ${code}`);
			assert.ok(german[`fault.${code}`], `German for ${code}`);
		}
	});

	it('exist in both languages with the same arguments', () => {
		assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
		for (const [key, text] of Object.entries(english)) {
			assert.deepEqual(argumentsOf(german[key] ?? ''), argumentsOf(text), key);
		}
	});

	it('are never empty', () => {
		for (const [key, text] of [...Object.entries(english), ...Object.entries(german)])
			assert.ok(text.trim(), key);
	});

	it('are told once: no key stands in two files', async () => {
		const seen = new Map<string, string>();
		const files = readdirSync(import.meta.dirname).filter((name) => /^[a-z]+-en\.ts$/.test(name));
		assert.ok(files.length >= 4);
		for (const file of files) {
			const exported: Record<string, Texts> = await import(`./${file}`);
			for (const key of Object.values(exported).flatMap((texts) => Object.keys(texts))) {
				assert.equal(seen.get(key), undefined, `${key} of ${file}`);
				seen.set(key, file);
			}
		}
	});
});
