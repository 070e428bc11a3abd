/** Pictures are decoded and written anew; what is not a picture is refused; the cache keeps its bound. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { systemClock } from '../../platform/clock.ts';
import { createPictureCache } from './cache.ts';
import { measurePicture, renderVariant } from './render.ts';

const picture = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: { r: 200, g: 40, b: 30 } } });

describe('a picture', () => {
	it('comes as WebP, never larger than it is, upright, without its metadata', async () => {
		const turned = await picture(100, 40)
			.withMetadata({ orientation: 6 })
			.withExif({ IFD0: { Copyright: 'me' } })
			.jpeg()
			.toBuffer();
		const made = await sharp(await renderVariant(turned, 'tile')).metadata();
		assert.deepEqual([made.format, made.width, made.height, made.exif], ['webp', 40, 100, undefined]);
		const large = await sharp(
			await renderVariant(await picture(2000, 1000).png().toBuffer(), 'tile'),
		).metadata();
		assert.equal(large.width, 320);
	});

	it('is measured: shape, placeholder and accent', async () => {
		const { aspect, accent, thumbhash } = await measurePicture(await picture(300, 150).jpeg().toBuffer());
		assert.equal(aspect, 2);
		assert.match(accent, /^#[bc]/u);
		assert.ok(thumbhash.length > 8 && thumbhash.length <= 64);
	});

	it('is refused where it is an SVG, a document or cut short', async () => {
		const svg = Buffer.from(
			'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
		);
		await assert.rejects(renderVariant(svg, 'tile'));
		await assert.rejects(renderVariant(Buffer.from('hello'), 'tile'));
		const whole = await picture(800, 800).jpeg().toBuffer();
		await assert.rejects(renderVariant(whole.subarray(0, 300), 'tile'));
	});
});

describe('the cache of pictures', () => {
	it('drops what was not asked for longest when it is full', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'holdfast-pictures-'));
		try {
			const cache = createPictureCache({ clock: systemClock }, folder, 2_500);
			await cache.put('aaaaaaaa.tile', Buffer.alloc(1_000, 1));
			for (const shard of await readdir(folder))
				await utimes(join(folder, shard, 'aaaaaaaa.tile.webp'), 1_000, 1_000);
			await cache.put('bbbbbbbb.tile', Buffer.alloc(1_000, 2));
			await cache.put('cccccccc.tile', Buffer.alloc(1_000, 3));
			assert.equal(await cache.get('aaaaaaaa.tile'), null);
			assert.equal((await cache.get('cccccccc.tile'))?.length, 1_000);
			await assert.rejects(async () => cache.get('../../etc/passwd'));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});
