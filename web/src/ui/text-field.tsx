/** A labelled line of text with its note and its fault beside it. */
import type { ReactNode, Ref } from 'react';
import {
	FieldError,
	Input,
	Label,
	Text,
	TextField as AriaTextField,
	type TextFieldProps as AriaProps,
} from 'react-aria-components';
import { IconWarning } from './icons.tsx';
import './controls.css';

export interface TextFieldProps extends Omit<AriaProps, 'className' | 'style' | 'children'> {
	readonly label: string;
	readonly note?: ReactNode;
	/** Said in plain words under the field; marks it invalid. */
	readonly fault?: string | null;
	readonly placeholder?: string;
	/** Stands inside the field at its end, such as a button. */
	readonly affix?: ReactNode;
	readonly inputRef?: Ref<HTMLInputElement>;
}

/** `autoComplete`, `name`, `inputMode`, `isRequired`, `value` and `onChange` are React Aria's. */
export function TextField({ label, note, fault, placeholder, affix, inputRef, ...rest }: TextFieldProps) {
	const input = (
		<Input
			className="field-input"
			{...(placeholder && { placeholder })}
			{...(inputRef && { ref: inputRef })}
		/>
	);
	return (
		<AriaTextField {...rest} className="field" isInvalid={Boolean(fault)} validationBehavior="aria">
			<Label className="field-label">{label}</Label>
			{affix ? (
				<div className="field-affix">
					{input}
					{affix}
				</div>
			) : (
				input
			)}
			{note && (
				<Text slot="description" className="field-note">
					{note}
				</Text>
			)}
			<FieldError className="field-fault">
				<IconWarning sizeEm={1.2} />
				<span>{fault}</span>
			</FieldError>
		</AriaTextField>
	);
}
