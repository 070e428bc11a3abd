/** The archive of a person: what accounts keeps of them, what they have watched, and a page that explains it. */
import { everythingForTheServer, type Visible } from '../../access/index.ts';
import type { PersonExport } from '../../accounts/index.ts';
import { jsonList } from '../../accounts/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import type { Playback } from '../../playback/index.ts';
import type { ByteReply } from '#platform/http/mount.ts';
import { onePiece, type ZippedFile, zipOf } from '#platform/zip.ts';

/** Where viewing history is kept; null for a server without media. */
export interface Watched {
	readonly catalogue: Pick<Catalogue, 'itemsOfWorks' | 'cards'>;
	readonly playback: Pick<Playback, 'history'>;
}

const worksAtOnce = 200;

const readme = `Everything this server keeps about you
======================================

Each file is a list in JSON, which any text editor opens. Times are in UTC.

account                 your names, your role, your mail address and when your account was made
address-to-be-proven    a mail address whose link you have not opened yet
password                when your password was set; the server never knew the password itself
sessions                where you are signed in: browsers, televisions, apps and app passwords
devices                 devices on which you have signed in before
second-factors          your authenticator apps and passkeys by name, without their secrets
recovery-codes          when your recovery codes were made and used
linked-providers        other services that may sign you in
mails                   which mails this server wrote to you, and when
invitations             people you invited
servers                 media servers that belong to you
server-access           media servers that you may watch on
activity                what happened to your account, as the server's log has it
picture.webp            your picture, if you have one
watched                 what you began or watched, and how far you came

Left out: keys, and hashes of passwords, codes and tokens. They say nothing about you, and whoever
found this archive could attack your account with them.
`;

/** Titles as they are in the catalogue now; what is gone keeps its place without one. */
const watchedOf = async function* (
	{ catalogue, playback }: Watched,
	viewerId: string,
	visible: Visible,
): AsyncGenerator<unknown> {
	let after: string | null = null;
	for (;;) {
		const states: Awaited<ReturnType<Playback['history']>> = await playback.history(
			viewerId,
			after,
			worksAtOnce,
		);
		const items = await catalogue.itemsOfWorks(
			states.map(({ workId }) => workId),
			visible,
		);
		const cards = await catalogue.cards(
			items.map(({ itemId }) => itemId),
			visible,
		);
		const titles = new Map(cards.map(({ itemId, title }) => [itemId, title]));
		const byWork = new Map(items.map(({ workId, itemId }) => [workId, titles.get(itemId) ?? null]));
		for (const { workId, updatedAt, ...state } of states) {
			const at = new Date(updatedAt).toISOString();
			yield { title: byWork.get(workId) ?? null, ...state, lastAt: at, workId };
		}
		if (states.length < worksAtOnce) return;
		after = states.at(-1)!.workId;
	}
};

const filesOf = async function* (
	{ viewerId, files }: PersonExport,
	watched: Watched | null,
	visible: Visible,
): AsyncGenerator<ZippedFile> {
	yield { name: 'README.txt', pieces: onePiece(readme) };
	yield* files;
	if (watched) yield { name: 'watched.json', pieces: jsonList(watchedOf(watched, viewerId, visible)) };
};

/** The archive as an answer: streamed, never stored, and cut when the session ends. */
export const archiveReply = (
	exported: PersonExport,
	watched: Watched | null,
	{ visible = everythingForTheServer, now }: { readonly visible?: Visible; readonly now: number },
): ByteReply => ({
	headers: {
		'content-type': 'application/zip',
		'content-disposition': `attachment; filename="holdfast-export-${new Date(now).toISOString().slice(0, 10)}.zip"`,
		'cache-control': 'private, no-store',
		'x-content-type-options': 'nosniff',
	},
	body: zipOf(filesOf(exported, watched, visible), now),
});
