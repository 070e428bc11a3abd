/** What goes to a renderer of pictures and what comes back. Plain data: it crosses processes. */
import type { ImageVariant } from '@holdfast/contract/catalogue';

/** Where a renderer gets the picture from: a file, the cover inside one, or bytes that a tool made. */
export type PictureOrigin =
	| { readonly kind: 'file' | 'embedded'; readonly rootPath: string; readonly relativePath: string }
	| { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface RenderJob {
	readonly origin: PictureOrigin;
	readonly variant: ImageVariant;
	/** Shape, placeholder and accent are wanted too. */
	readonly isMeasured: boolean;
}

/** What a page needs before the picture itself. */
export interface Measured {
	readonly aspect: number;
	/** Base64. */
	readonly thumbhash: string;
	/** `#rrggbb` */
	readonly accent: string;
}

/**
 * - `away`: the file is not there right now; nothing is concluded
 * - `for-tool`: a format that only ffmpeg decodes
 * - `undecodable`: there is no picture in it that can be shown
 */
export type RenderResult =
	| { readonly outcome: 'rendered'; readonly bytes: Uint8Array; readonly measured: Measured | null }
	| { readonly outcome: 'away' | 'for-tool' }
	| { readonly outcome: 'undecodable'; readonly detail: string };
