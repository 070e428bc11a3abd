/** Scanning real files into both databases: what is found, what survives, what is never written. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import type { Database } from '../../platform/db/database.ts';
import { manualClock, systemClock } from '../../platform/clock.ts';
import { isFault } from '../../platform/fault.ts';
import { catalogueMigrations } from '../index.ts';
import { catalogueTables, type CatalogueTables } from '../tables.ts';
import { everything, findTitle, onlyLibraries, openHouse, removeSamples, titles } from '../tests/media.ts';

after(removeSamples);

/** Every row of every table of the room, as one text. */
const dump = async (db: Database<CatalogueTables>): Promise<string> => {
	const tables = await Promise.all(
		catalogueTables.map(({ name }) =>
			db.query
				.selectFrom(name as keyof CatalogueTables)
				.selectAll()
				.execute(),
		),
	);
	return JSON.stringify(tables.map((rows) => rows.map((row) => JSON.stringify(row)).sort()));
};

describeOnBothEngines('A scan', { migrations: catalogueMigrations }, (open) => {
	it('finds films by name and reads their headers', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('Avatar (2009)/Avatar (2009).mkv', 'matroska');
		await house.put('The Matrix (1999)/The Matrix (1999) - 1080p.mp4', 'film');
		await house.put('The Matrix (1999)/The Matrix (1999) - 720p.mkv', 'matroska');
		await house.put('Trailers/Something-trailer.mp4', 'film');
		await house.scan();
		assert.deepEqual(await titles(house), ['Avatar', 'The Matrix']);
		const { itemId } = await findTitle(house, 'The Matrix');
		const playable = await house.catalogue.findPlayable({ itemId, visible: everything });
		assert.equal(playable?.files.length, 2, 'two versions of one film');
		assert.deepEqual(playable?.files.map(({ name }) => name).sort(), ['1080p', '720p']);
		const video = playable?.files[0]?.streams.find(({ kind }) => kind === 'video');
		assert.deepEqual([video?.codec, video?.widthPx, video?.heightPx], ['h264', 64, 36]);
		assert.ok((playable?.files[0]?.durationMs ?? 0) >= 900);
		const finished = house.events.filter((event) => event.kind === 'scan' && event.state === 'finished');
		assert.equal(finished.length, 1);
	});

	it('orders seasons and episodes, and knows what comes before and after', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'shows');
		for (const name of ['S01E01', 'S01E02-E03', 'S01E10', 'S02E01']) {
			await house.put(`Show (2010)/Season ${Number(name.slice(1, 3))}/Show ${name}.mkv`, 'matroska');
		}
		await house.put('Show (2010)/Specials/Show S00E01.mkv', 'matroska');
		await house.scan();
		assert.deepEqual(await titles(house), ['Show']);
		const series = await findTitle(house, 'Show');
		assert.equal(series.leafCount, 5);
		const detail = await house.catalogue.detail(series.itemId, everything);
		assert.deepEqual(
			detail.groups.map(({ title }) => title),
			['Season 1', 'Season 2', 'Specials'],
		);
		const [first] = detail.groups;
		assert.deepEqual(
			first?.items.map(({ number, numberEnd }) => [number, numberEnd]),
			[
				[1, null],
				[2, 3],
				[10, null],
			],
		);
		const tenth = first?.items[2];
		const playable = await house.catalogue.findPlayable({ itemId: tenth?.itemId ?? '', visible: everything });
		assert.equal(playable?.previousItemId, first?.items[1]?.itemId);
		assert.equal(playable?.nextItemId, detail.groups[1]?.items[0]?.itemId, 'the next season follows');
		assert.equal(playable?.parentWorkIds.root, series.workId);
		const leaves = await house.catalogue.findLeafWorks({ itemId: series.itemId, visible: everything });
		assert.equal(leaves?.length, 5);
		assert.ok(leaves?.every(({ rootWorkId }) => rootWorkId === series.workId));
	});

	it('groups songs by album and photos by folder', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'music');
		await house.put('Band/Record (2001)/CD1/01 One.flac', 'song');
		await house.put('Band/Record (2001)/CD2/01 Two.flac', 'song');
		await house.scan();
		assert.deepEqual(await titles(house), ['Record']);
		const album = await findTitle(house, 'Record');
		const { groups, parents } = await house.catalogue.detail(album.itemId, everything);
		assert.deepEqual(
			groups.map(({ group, items }) => [group, items[0]?.title]),
			[
				[1, 'One'],
				[2, 'Two'],
			],
		);
		assert.equal(parents[0]?.title, 'Band');
		await using photos = await openHouse(db, 'photos');
		await photos.put('Holiday/a.jpg', 'photo');
		await photos.put('Holiday/b.jpg', 'photo');
		await photos.scan();
		assert.deepEqual(await titles(photos), ['Holiday']);
		const holiday = await findTitle(photos, 'Holiday');
		const children = await photos.catalogue.children(holiday.itemId, { from: 0, limit: 10 }, everything);
		assert.equal(children.total, 2);
		const picture = await photos.catalogue.picture(
			children.items[0]?.image?.imageId ?? '',
			'tile',
			everything,
		);
		assert.equal(Buffer.from(picture).toString('latin1', 8, 12), 'WEBP');
	});

	it('writes not one row where nothing changed', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('A (2001)/A (2001).mkv', 'matroska');
		await house.put('A (2001)/poster.jpg', 'photo');
		await house.put('A (2001)/A (2001).en.srt', { text: '1\n00:00:00,000 --> 00:00:01,000\nHi\n' });
		await house.put('Broken.mp4', 'empty');
		await house.scan();
		// The poster is measured in the background; asking for it waits until that is written.
		await house.catalogue.picture((await findTitle(house, 'A')).image?.imageId ?? '', 'tile', everything);
		const before = await dump(db);
		let transactions = 0;
		const { transaction } = db;
		const counted = (work: never): unknown => {
			transactions += 1;
			return transaction(work);
		};
		Object.assign(db, { transaction: counted });
		await house.scan();
		Object.assign(db, { transaction });
		assert.ok((await dump(db)) === before, 'no row differs');
		assert.equal(transactions, 0);
		await appendFile(join(house.root, 'A (2001)/A (2001).mkv'), 'more');
		await house.scan();
		assert.ok((await dump(db)) !== before, 'the control: a change is written');
	});

	it('loses nothing when the folder is away, empty or unreadable, and shows all again when it is back', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('A (2001).mkv', 'matroska');
		await house.scan();
		const { itemId } = await findTitle(house, 'A');
		await rename(house.root, `${house.root}-elsewhere`);
		await house.scan();
		assert.deepEqual(await titles(house), ['A']);
		assert.equal((await house.catalogue.libraries(everything))[0]?.isAway, true);
		assert.equal(
			(await house.catalogue.findPlayable({ itemId, visible: everything }))?.files[0]?.isAway,
			true,
		);
		await mkdir(house.root);
		await house.scan();
		assert.deepEqual(await titles(house), ['A'], 'an empty mount point is not an empty library');
		await rm(house.root, { recursive: true });
		await rename(`${house.root}-elsewhere`, house.root);
		await house.scan();
		assert.equal((await house.catalogue.libraries(everything))[0]?.isAway, false);
		assert.equal((await findTitle(house, 'A')).itemId, itemId);
	});

	it('hides a title whose file is gone, and brings it back under the same ids', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'shows');
		await house.put('Show/S01E01.mkv', 'matroska');
		await house.put('Show/S01E02.mkv', 'matroska');
		await house.put('Other/S01E01.mkv', 'matroska');
		await house.scan();
		const other = await findTitle(house, 'Other');
		await rm(join(house.root, 'Other'), { recursive: true });
		await rm(join(house.root, 'Show/S01E02.mkv'));
		await house.scan();
		assert.deepEqual(await titles(house), ['Show']);
		assert.equal((await findTitle(house, 'Show')).leafCount, 1);
		assert.deepEqual(await house.catalogue.search('other', everything), []);
		await assert.rejects(house.catalogue.detail(other.itemId, everything), (error) =>
			isFault(error, 'catalogue.item.absent'),
		);
		await house.put('Other/S01E01.mkv', 'matroska');
		await house.scan();
		const again = await findTitle(house, 'Other');
		assert.deepEqual([again.itemId, again.workId, again.leafCount], [other.itemId, other.workId, 1]);
	});

	it('takes a title along when its file is renamed or moved', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('Avatr.mkv', 'matroska');
		await house.scan();
		const before = await findTitle(house, 'Avatr');
		await mkdir(join(house.root, 'Avatar (2009)'));
		await rename(join(house.root, 'Avatr.mkv'), join(house.root, 'Avatar (2009)/Avatar (2009).mkv'));
		await house.scan();
		assert.deepEqual(await titles(house), ['Avatar']);
		const moved = await findTitle(house, 'Avatar');
		assert.deepEqual([moved.itemId, moved.workId, moved.year], [before.itemId, before.workId, 2009]);
		// Copied to another disk: another inode and another time, the same content.
		const copy = join(house.root, 'Elsewhere (2009)/Elsewhere (2009).mkv');
		await house.put('Elsewhere (2009)/Elsewhere (2009).mkv', 'matroska');
		await utimes(copy, 1_000_000, 1_000_000);
		await rm(join(house.root, 'Avatar (2009)'), { recursive: true });
		await house.scan();
		assert.equal((await findTitle(house, 'Elsewhere')).workId, before.workId);
	});

	it('notices what is put beside an unchanged film, and what is taken away', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		const film = 'A (2001)/A (2001)';
		await house.put(`${film}.mkv`, 'matroska');
		await house.scan();
		const { itemId, image } = await findTitle(house, 'A');
		const filesOf = async () =>
			(await house.catalogue.findPlayable({ itemId, visible: everything }))?.files[0];
		assert.deepEqual((await filesOf())?.sidecarSubtitles, []);
		await house.put(`${film}.de.forced.srt`, { text: 'x' });
		await house.put('A (2001)/poster.jpg', 'photo');
		await house.put('A (2001)/movie.nfo', {
			text: '<movie><title>A</title><year>2001</year><plot>Long ago.</plot></movie>',
		});
		await house.scan();
		const subtitle = (await filesOf())?.sidecarSubtitles[0];
		assert.deepEqual([subtitle?.language, subtitle?.isForced, subtitle?.format], ['de', true, 'srt']);
		const detail = await house.catalogue.detail(itemId, everything);
		assert.equal(detail.overview, 'Long ago.');
		assert.notEqual(detail.card.image?.imageId, image?.imageId, 'the poster wins over a frame');
		await rm(join(house.root, `${film}.de.forced.srt`));
		await house.scan();
		assert.deepEqual((await filesOf())?.sidecarSubtitles, []);
	});

	it('lists hostile files with their reason and never follows them', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('Good (2000).mkv', 'matroska');
		await house.put('Empty.mp4', 'empty');
		await house.put('Playlist.mp4', { text: '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n' });
		await house.put('Concat.mkv', { text: "ffconcat version 1.0\nfile '/etc/passwd'\n" });
		await house.put('Dash.mp4', {
			text: '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
		});
		await house.put('Text.mkv', { text: 'just words' });
		await house.put('Line\nbreak "quoted" \u{1F600} (1999).mkv', 'matroska');
		await writeFile(
			Buffer.concat([Buffer.from(`${house.root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.mkv')]),
			'x',
		);
		await symlink('/etc/passwd', join(house.root, 'Outside.mkv'));
		await mkdir(join(house.root, 'Loop'));
		await symlink('..', join(house.root, 'Loop/again'));
		await symlink(dirname(house.root), join(house.root, 'Up'));
		await house.scan();
		assert.deepEqual(await titles(house), ['Good', 'Line break "quoted" \u{1F600}']);
		const damaged = await house.catalogue.damaged(house.libraryId, everything);
		const reasons = Object.fromEntries(damaged.map(({ displayPath, reason }) => [displayPath, reason]));
		assert.deepEqual(reasons, {
			'Concat.mkv': 'refers-elsewhere',
			'Dash.mp4': 'refers-elsewhere',
			'Empty.mp4': 'empty',
			'Outside.mkv': 'link-outside',
			'Playlist.mp4': 'refers-elsewhere',
			'Text.mkv': 'not-media',
			'bad\\xff\\xfe.mkv': 'name-not-text',
		});
		assert.ok(damaged.every(({ detail }) => !detail?.includes('root:')));
	});

	it('begins by itself when something changes in a watched folder, however deep', async () => {
		await using db = await open<CatalogueTables>();
		const clock = manualClock();
		await using house = await openHouse(db, 'shows', { clock });
		await house.put('Show/tvshow.nfo', { text: '<tvshow><title>The Show</title></tvshow>' });
		await house.put('Show/Season 1/Show S01E01.mkv', 'matroska');
		await house.catalogue.startWatching(60);
		await house.scan();
		await house.put('Show/Season 1/Show S01E02.mkv', 'matroska');
		const finished = () => house.events.filter((event) => event.kind === 'library-changed').length;
		for (let attempt = 0; attempt < 400 && finished() < 2; attempt += 1) {
			await systemClock.sleep(10);
			await clock.advance(1_000);
		}
		assert.deepEqual(await titles(house), ['The Show'], 'what lies above the season still tells its name');
		assert.equal((await findTitle(house, 'The Show')).leafCount, 2);
	});

	it('goes on where it was ended', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		for (let index = 0; index < 8; index += 1) await house.put(`Film ${index} (2000).mkv`, 'matroska');
		const running = house.catalogue.scan(house.libraryId);
		await house.catalogue[Symbol.asyncDispose]();
		await running;
		await using again = await openHouse(db, 'music');
		await again.catalogue.scan(house.libraryId);
		const shown = await again.catalogue.window(
			house.libraryId,
			{ sort: 'title', order: 'asc', from: 0, limit: 50 },
			everything,
		);
		assert.equal(shown.total, 8);
	});
});

describeOnBothEngines('A library', { migrations: catalogueMigrations }, (open) => {
	it('has a name of its own, whatever its case and accents', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		const [root] = (await house.catalogue.folders.list(null)).folders;
		const handles = [root?.handle ?? ''];
		await house.catalogue.createLibrary({ name: 'Été', kind: 'photos', handles });
		await assert.rejects(house.catalogue.createLibrary({ name: ' ETE ', kind: 'music', handles }), (error) =>
			isFault(error, 'catalogue.library.name-taken'),
		);
		assert.equal((await house.catalogue.libraries(everything)).length, 2);
	});
});

describeOnBothEngines('What a viewer may see', { migrations: catalogueMigrations }, (open) => {
	it('is filtered in every listing, and what lies outside is absent', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await using other = await openHouse(db, 'shows');
		await house.put('Secret (2001)/Secret (2001).mkv', 'matroska');
		await house.put('Secret (2001)/poster.jpg', 'photo');
		await house.scan();
		const { itemId, image, workId } = await findTitle(house, 'Secret');
		const stranger = onlyLibraries(other.libraryId);
		const { catalogue } = house;
		const absent =
			(code: 'catalogue.item.absent' | 'catalogue.library.absent' | 'catalogue.image.absent') =>
			(error: unknown) =>
				isFault(error, code);
		assert.deepEqual(
			(await catalogue.libraries(stranger)).map(({ libraryId }) => libraryId),
			[other.libraryId],
		);
		assert.deepEqual(await catalogue.search('secret', stranger), []);
		assert.deepEqual(await catalogue.cards([itemId], stranger), []);
		assert.deepEqual(await catalogue.recentlyAdded(stranger), []);
		assert.deepEqual(await catalogue.itemsOfWorks([workId], stranger), []);
		assert.equal(await catalogue.findPlayable({ itemId, visible: stranger }), null);
		assert.equal(await catalogue.findLeafWorks({ itemId, visible: stranger }), null);
		await assert.rejects(catalogue.detail(itemId, stranger), absent('catalogue.item.absent'));
		await assert.rejects(
			catalogue.children(itemId, { from: 0, limit: 5 }, stranger),
			absent('catalogue.item.absent'),
		);
		await assert.rejects(
			catalogue.window(house.libraryId, { sort: 'title', order: 'asc', from: 0, limit: 5 }, stranger),
			absent('catalogue.library.absent'),
		);
		await assert.rejects(catalogue.damaged(house.libraryId, stranger), absent('catalogue.library.absent'));
		await assert.rejects(
			catalogue.picture(image?.imageId ?? '', 'tile', stranger),
			absent('catalogue.image.absent'),
		);
		const nobody = onlyLibraries();
		assert.deepEqual(await catalogue.search('secret', nobody), []);
		assert.deepEqual(
			(await catalogue.search('sec', onlyLibraries(house.libraryId))).map((card) => card.itemId),
			[itemId],
			'the control: whoever may see it finds it',
		);
	});

	it('keeps files and works when a library is removed and made again', async () => {
		await using db = await open<CatalogueTables>();
		await using house = await openHouse(db, 'movies');
		await house.put('Kept (2001).mkv', 'matroska');
		await house.scan();
		const before = await findTitle(house, 'Kept');
		await house.catalogue.removeLibrary(house.libraryId);
		assert.deepEqual(await house.catalogue.search('kept', everything), []);
		assert.deepEqual(await house.catalogue.libraries(everything), []);
		const [libraryId = ''] = await house.catalogue.makeInitialLibraries([
			{ kind: 'movies', path: house.root },
		]);
		await house.catalogue.scan(libraryId);
		const again = await findTitle(house, 'Kept');
		assert.equal(again.workId, before.workId);
		assert.deepEqual(
			await house.catalogue.makeInitialLibraries([{ kind: 'music', path: house.root }]),
			[],
			'only at first start',
		);
	});
});
