/** A button that opens a menu. */
import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import './controls.css';

export interface MenuEntry {
	readonly key: string;
	readonly label: string;
	readonly icon?: ReactNode;
	readonly isDanger?: boolean;
	readonly onSelect: () => void;
}

export interface MenuButtonProps {
	readonly label: string;
	/** A `Button` or `IconButton` of the kit. */
	readonly trigger: ReactNode;
	readonly head?: ReactNode;
	readonly entries: readonly MenuEntry[];
	readonly placement?: 'bottom end' | 'bottom start' | 'top start' | 'right bottom';
}

export function MenuButton({ label, trigger, head, entries, placement = 'bottom end' }: MenuButtonProps) {
	return (
		<MenuTrigger>
			{trigger}
			<Popover placement={placement} className="menu-popover">
				{head && <div className="menu-head">{head}</div>}
				<Menu aria-label={label} className="menu">
					{entries.map((entry) => (
						<MenuItem
							key={entry.key}
							id={entry.key}
							textValue={entry.label}
							onAction={entry.onSelect}
							className={entry.isDanger ? 'menu-item menu-item-danger' : 'menu-item'}
						>
							{entry.icon}
							{entry.label}
						</MenuItem>
					))}
				</Menu>
			</Popover>
		</MenuTrigger>
	);
}
