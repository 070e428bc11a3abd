/** The arithmetic of looking closer: where a photo may be moved to. Pure. */

export interface Zoom {
	readonly scale: number;
	readonly x: number;
	readonly y: number;
}

export const whole: Zoom = { scale: 1, x: 0, y: 0 };
export const scaleMax = 6;

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/** Keeps the photo over the screen: nobody loses it beyond an edge. */
export const bounded = ({ scale, x, y }: Zoom, view: { widthPx: number; heightPx: number }): Zoom => {
	const kept = Math.min(scaleMax, Math.max(1, scale));
	const mostX = ((kept - 1) * view.widthPx) / 2;
	const mostY = ((kept - 1) * view.heightPx) / 2;
	return { scale: kept, x: clamp(x, mostX) + 0, y: clamp(y, mostY) + 0 };
};

/** Scales by `factor` while the point under the finger, from the middle of the view, stays where it is. */
export const zoomedAt = (zoom: Zoom, factor: number, at: { x: number; y: number }): Zoom => {
	const scale = Math.min(scaleMax, Math.max(1, zoom.scale * factor));
	const ratio = scale / zoom.scale;
	return { scale, x: at.x - (at.x - zoom.x) * ratio, y: at.y - (at.y - zoom.y) * ratio };
};
