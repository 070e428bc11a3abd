/** Field schemas that several routes share, each with its bound. Nothing a client sends is unbounded. */
import type { Static } from 'typebox';
import { Type } from './schema.ts';

/** An opaque id made by this server; knowing one grants nothing. */
export const Id = Type.String({ minLength: 8, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });

/** Base64url without padding, as OPAQUE messages travel. `bytesMax` bounds the decoded length. */
export const base64Url = (bytesMax: number) =>
	Type.String({ minLength: 1, maxLength: Math.ceil((bytesMax * 4) / 3), pattern: '^[A-Za-z0-9_-]+$' });

/** Names people type: trimmed and normalised by the server before use. */
export const ShortText = Type.String({ minLength: 1, maxLength: 120 });

/** Milliseconds since 1970, UTC. */
export const TimeMs = Type.Integer({ minimum: 0 });

/** A value or nothing; a missing field is never the same as nothing. */
export const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
	Type.Union([schema, Type.Null()]);

/** A picture that can be asked for in the variants of `catalogue.ts`. */
export const ImageRef = Type.Object({
	imageId: Id,
	/** Width divided by height, so that a page reserves the right room before the picture comes. */
	aspect: Type.Number({ exclusiveMinimum: 0 }),
	/** Base64 of a thumbhash: about 25 bytes that paint a blurred placeholder. */
	thumbhash: Nullable(Type.String({ maxLength: 64 })),
	/** The picture's most telling colour as `#rrggbb`, the page's accent. */
	accent: Nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
});
export type ImageRef = Static<typeof ImageRef>;
