/**
 * The first heading of a page. It takes focus when the page opens, so that screen readers and remotes start
 * there.
 */
import { type ReactNode, useEffect, useRef } from 'react';
import { isFirstPage } from './first-page.ts';

export interface PageTitleProps {
	/** Also the window's title. */
	readonly title: string;
	/** Shown instead of the text, such as a logo. */
	readonly children?: ReactNode;
	readonly className?: string;
	/** There for screen readers only, where the art speaks for itself. */
	readonly isHidden?: boolean;
}

export function PageTitle({ title, children, className = '', isHidden }: PageTitleProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} · Holdfast`;
	}, [title]);
	useEffect(() => {
		if (!isFirstPage()) heading.current?.focus({ preventScroll: true });
	}, []);
	return (
		<h1
			ref={heading}
			tabIndex={-1}
			className={`page-title ${isHidden ? 'visually-hidden' : ''} ${className}`}
		>
			{children ?? title}
		</h1>
	);
}
