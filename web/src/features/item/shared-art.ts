/** The picture that was pressed becomes the picture of the page, and goes back to its tile afterwards. */
import { useEffect, useLayoutEffect } from 'react';

const name = 'title-art';
let lastItemId: string | undefined;

const artOf = (tile: Element | null): HTMLElement | null =>
	tile?.querySelector<HTMLElement>('.poster-art, .picture') ?? null;

const mark = (art: HTMLElement | null): void => {
	for (const marked of document.querySelectorAll<HTMLElement>('[data-shared-art]')) {
		marked.style.removeProperty('view-transition-name');
		marked.removeAttribute('data-shared-art');
	}
	if (!art) return;
	art.dataset.sharedArt = '';
	art.style.setProperty('view-transition-name', name);
};

const onClick = (event: MouseEvent): void => {
	const tile = event.target instanceof Element ? event.target.closest('a[data-item]') : null;
	if (!tile) return;
	lastItemId = tile.getAttribute('data-item') ?? undefined;
	// From one title's page to another there are two pictures already: a name twice would stop the transition.
	if (document.querySelector('.title-art') === null) mark(artOf(tile));
};

/** For pages with tiles: names the pressed tile's art on the way out, and the same tile's on the way back. */
export const useSharedArt = (): void => {
	useEffect(() => {
		// Capture: the name must be there before the router begins its transition.
		document.addEventListener('click', onClick, { capture: true });
		return () => document.removeEventListener('click', onClick, { capture: true });
	}, []);
	useLayoutEffect(() => {
		if (lastItemId === undefined) return;
		mark(artOf(document.querySelector(`a[data-item="${CSS.escape(lastItemId)}"]`)));
	}, []);
};
