/** NFO files: the fields we show, and nothing that a document would make us fetch. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nfoBytesMax, readNfo } from './nfo.ts';

const read = (text: string, episode?: number) =>
	readNfo(Buffer.from(text), episode === undefined ? {} : { episode });

describe('an NFO file', () => {
	it('tells title, year, plot, genres, people and ids', () => {
		const facts = read(`<?xml version="1.0"?><movie><title>Tom &amp; Jerry</title><year>1992</year>
			<plot><![CDATA[A <b>cat</b> & a mouse.]]></plot><genre>Comedy</genre><genre>Family</genre>
			<uniqueid type="imdb" default="true">tt0105616</uniqueid><tmdbid>22582</tmdbid>
			<director>Phil Roman</director><actor><name>Richard Kind</name><role>Tom</role></actor></movie>`);
		assert.equal(facts?.title, 'Tom & Jerry');
		assert.equal(facts?.year, 1992);
		assert.equal(facts?.plot?.replace(/\s+/gu, ' '), 'A cat & a mouse.');
		assert.deepEqual(facts?.genres, ['Comedy', 'Family']);
		assert.deepEqual(facts?.ids, { imdb: 'tt0105616', tmdb: '22582' });
		assert.deepEqual(facts?.people, [
			{ name: 'Phil Roman', part: 'Director' },
			{ name: 'Richard Kind', part: 'Tom' },
		]);
	});

	it('with several episodes gives the one that is asked for', () => {
		const text = [1, 2]
			.map((n) => `<episodedetails><title>Part ${n}</title><episode>${n}</episode></episodedetails>`)
			.join('');
		assert.equal(read(text, 2)?.title, 'Part 2');
		assert.equal(read(text)?.title, 'Part 1');
	});

	it('neither declares entities nor fetches any', () => {
		const facts = read(
			'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><movie><title>&a; &b;</title></movie>',
		);
		assert.equal(facts?.title, '&a; &b;');
	});

	it('is passed over when it is large or no NFO', () => {
		assert.equal(readNfo(Buffer.alloc(nfoBytesMax + 1, 0x20)), null);
		assert.equal(read('https://www.imdb.com/title/tt0105616/'), null);
		assert.equal(read('<movie><title>never closed'), null);
	});

	it('made of openings alone is read in one go, not once from each of them', () => {
		const full = (piece: string): string => piece.repeat(Math.floor((nfoBytesMax - 100) / piece.length));
		for (const piece of [
			'<',
			'<![CDATA[',
			'<actor ',
			'<actor>',
			'<title ',
			'<titles ',
			'</actor',
			'<uniqueid ',
		]) {
			// Each of these once held the whole server for half a minute; a hundredth of that is plenty.
			const startedAtMs = performance.now();
			read(`<movie><title>${full(piece)}</title></movie>`);
			read(`<movie>${full(piece)}/></movie>`);
			assert.ok(performance.now() - startedAtMs < 3_000, piece);
		}
	});

	it('never throws', () => {
		const piece = fc.constantFrom(
			'<movie>',
			'</movie>',
			'<title>',
			'</title>',
			'<actor>',
			'</actor',
			'&#x110000;',
			'&#0;',
			'<![CDATA[',
			']]>',
			'<',
			'>',
			'x',
			'<year>99999',
		);
		fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => void read(pieces.join(''))));
		fc.assert(fc.property(fc.uint8Array(), (bytes) => void readNfo(bytes)));
	});
});
