/**
 * The wall of photos somebody came from, so that the viewer goes on in its order. Lost with the page: then
 * the album.
 */
import type { WindowSource } from '../library/use-windows.ts';

let wall: WindowSource | undefined;

export const rememberWall = (source: WindowSource): void => {
	wall = source;
};

export const lastWall = (): WindowSource | undefined => wall;
