/** Libraries and titles over our own API: what the catalogue knows, merged with where this viewer stands. */
import * as contract from '@holdfast/contract/catalogue';
import { Fault } from '#platform/fault.ts';
import type { ByteReply, Mounter } from '#platform/http/mount.ts';
import { visibleTo } from '../../access/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import { homeRows } from './catalogue-home.ts';
import { mergeCards, mergeDetail, type Watching } from './catalogue-watch.ts';
import { presentDetailFiles, presentLibrary } from './catalogue-present.ts';

export interface CatalogueRoutesNeeds {
	readonly catalogue: Catalogue;
	/** Watch state, as playback keeps it. */
	readonly playback: Watching;
}

/** Tiles of a window where the page does not say. */
const windowCards = 60;

const mountLibraries = ({ mount }: Mounter, { catalogue }: CatalogueRoutesNeeds): void => {
	mount(contract.listLibraries, async ({ caller }) => ({
		libraries: (await catalogue.libraries(visibleTo(caller))).map(presentLibrary),
	}));
	mount(contract.listFolders, ({ query }) => catalogue.folders.list(query.parent ?? null));
	mount(contract.createLibrary, async ({ body }) => {
		const { name, kind, folders } = body;
		return presentLibrary(await catalogue.createLibrary({ name, kind, handles: folders }));
	});
	mount(contract.removeLibrary, async ({ params }) => {
		await catalogue.removeLibrary(params.libraryId);
		return undefined;
	});
	mount(contract.scanLibrary, async ({ params }) => {
		await catalogue.startScan(params.libraryId);
		return undefined;
	});
	mount(contract.listDamaged, async ({ caller, params }) => ({
		files: await catalogue.damaged(params.libraryId, visibleTo(caller)),
	}));
};

const mountLists = ({ mount }: Mounter, needs: CatalogueRoutesNeeds): void => {
	const { catalogue } = needs;
	mount(contract.listItems, async ({ caller, params, query }) => {
		const { sort = 'title', from = 0, limit = windowCards } = query;
		const order = query.order ?? (sort === 'title' ? 'asc' : 'desc');
		const found = await catalogue.window(params.libraryId, { sort, order, from, limit }, visibleTo(caller));
		return { ...found, items: await mergeCards(needs, caller.viewerId, found.items) };
	});
	mount(contract.listChildren, async ({ caller, params, query }) => {
		const { from = 0, limit = windowCards } = query;
		const found = await catalogue.children(params.itemId, { from, limit }, visibleTo(caller));
		return { ...found, items: await mergeCards(needs, caller.viewerId, found.items) };
	});
	mount(contract.search, async ({ caller, query }) => ({
		items: await mergeCards(needs, caller.viewerId, await catalogue.search(query.q, visibleTo(caller))),
	}));
	mount(contract.getHome, async ({ caller }) => ({
		rows: await homeRows(needs, caller.viewerId, visibleTo(caller)),
	}));
};

const mountItems = ({ mount }: Mounter, needs: CatalogueRoutesNeeds): void => {
	const { catalogue } = needs;
	mount(contract.getItem, async ({ caller, params }) => {
		const detail = await catalogue.detail(params.itemId, visibleTo(caller));
		const merged = await mergeDetail(needs, caller.viewerId, detail);
		return { ...merged, files: presentDetailFiles(detail) };
	});
	mount(contract.getImage, async ({ caller, params, request }): Promise<ByteReply> => {
		const etag = `"${params.imageId}-${params.variant}"`;
		const headers = {
			etag,
			'cache-control': 'private, max-age=31536000, immutable',
			'x-content-type-options': 'nosniff',
		};
		// A picture that changes gets another id, so the name alone says whether it is the same.
		const bytes = await catalogue.picture(params.imageId, params.variant, visibleTo(caller));
		if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: null };
		if (bytes.length === 0) throw new Fault('catalogue.image.absent');
		return { headers: { ...headers, 'content-type': 'image/webp' }, body: bytes };
	});
};

/** All routes of the catalogue but the mark of what was watched, which belongs to playback. */
export const mountCatalogueRoutes = (mounter: Mounter, needs: CatalogueRoutesNeeds): void => {
	mountLibraries(mounter, needs);
	mountLists(mounter, needs);
	mountItems(mounter, needs);
};
