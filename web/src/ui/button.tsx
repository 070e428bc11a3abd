/** Buttons and links that look like buttons. */
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { Spinner } from './spinner.tsx';
import './controls.css';

export type ButtonVariant = 'primary' | 'quiet' | 'ghost' | 'danger';

interface Looks {
	/** `quiet` unless told; one `primary` on a screen. */
	readonly variant?: ButtonVariant;
	readonly isLarge?: boolean;
	readonly isWide?: boolean;
	readonly icon?: ReactNode;
}

const classOf = ({ variant = 'quiet', isLarge, isWide }: Looks, extra = ''): string =>
	['button', `button-${variant}`, isLarge ? 'button-large' : '', isWide ? 'button-wide' : '', extra]
		.filter(Boolean)
		.join(' ');

export interface ButtonProps extends Looks, Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
	readonly children?: ReactNode;
	readonly className?: string;
	readonly ref?: Ref<HTMLButtonElement>;
}

/** `isPending` keeps focus and says that it works, but takes no second press. */
export function Button({ variant, isLarge, isWide, icon, children, className, ...rest }: ButtonProps) {
	const looks = { ...(variant && { variant }), ...(isLarge && { isLarge }), ...(isWide && { isWide }) };
	return (
		<AriaButton {...rest} className={classOf(looks, className)}>
			{rest.isPending ? <Spinner /> : icon}
			{children}
		</AriaButton>
	);
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> {
	/** What it does, in words; also its tooltip. */
	readonly label: string;
	readonly icon: ReactNode;
}

/** A round button with a picture only; `label` is its name. */
export function IconButton({ label, icon, variant = 'ghost', className = '', ...rest }: IconButtonProps) {
	return (
		<AriaButton {...rest} aria-label={label} className={classOf({ variant }, `button-icon ${className}`)}>
			{icon}
		</AriaButton>
	);
}

interface AnchorProps extends Looks, AnchorHTMLAttributes<HTMLAnchorElement> {
	readonly ref?: Ref<HTMLAnchorElement>;
}

function AnchorButton({ variant, isLarge, isWide, icon, children, className = '', ...rest }: AnchorProps) {
	const looks = { ...(variant && { variant }), ...(isLarge && { isLarge }), ...(isWide && { isWide }) };
	return (
		<a {...rest} className={classOf(looks, className)}>
			{icon}
			{children}
		</a>
	);
}

/**
 * A typed router link that looks like a button: `<LinkButton to="/items/$itemId" params={{ itemId }}
 * variant="primary">`.
 */
export const LinkButton = createLink(AnchorButton);
