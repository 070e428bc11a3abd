/** Ticks and one-of-several choices. */
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox, Radio, RadioGroup } from 'react-aria-components';
import { IconCheck } from './icons.tsx';
import './controls.css';

export interface CheckboxProps {
	readonly children: ReactNode;
	readonly note?: ReactNode;
	readonly isSelected: boolean;
	readonly onChange: (isSelected: boolean) => void;
	readonly name?: string;
}

export function Checkbox({ children, note, ...rest }: CheckboxProps) {
	return (
		<AriaCheckbox {...rest} className="choice">
			<span className="choice-box">
				<IconCheck sizeEm={1} />
			</span>
			<span>
				{children}
				{note && <span className="choice-note">{note}</span>}
			</span>
		</AriaCheckbox>
	);
}

export interface SegmentsProps<T extends string> {
	readonly label: string;
	readonly value: T;
	readonly onChange: (value: T) => void;
	readonly options: readonly { readonly value: T; readonly label: string; readonly icon?: ReactNode }[];
}

/** One of a few, side by side. */
export function Segments<T extends string>({ label, value, onChange, options }: SegmentsProps<T>) {
	return (
		<RadioGroup
			aria-label={label}
			value={value}
			onChange={(next) => onChange(next as T)}
			orientation="horizontal"
			className="segments"
		>
			{options.map((option) => (
				<Radio key={option.value} value={option.value} className="segment">
					{option.icon}
					{option.label}
				</Radio>
			))}
		</RadioGroup>
	);
}
