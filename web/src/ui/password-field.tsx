/** A password with a button that shows it. Password managers know it by `autoComplete` and `name`. */
import { useEffect, useState } from 'react';
import { useText } from '../messages/use-text.ts';
import { IconButton } from './button.tsx';
import { IconEye, IconEyeOff } from './icons.tsx';
import { TextField, type TextFieldProps } from './text-field.tsx';

export interface PasswordFieldProps extends Omit<TextFieldProps, 'type' | 'affix' | 'autoComplete'> {
	readonly autoComplete: 'current-password' | 'new-password';
	/** Show the text, as for a generated password, until the person hides it. */
	readonly isShown?: boolean;
}

export function PasswordField({ isShown, ...rest }: PasswordFieldProps) {
	const text = useText();
	const [isRevealed, setIsRevealed] = useState<boolean | null>(null);
	useEffect(() => {
		if (isShown) setIsRevealed(null);
	}, [isShown]);
	const shown = isRevealed ?? isShown ?? false;
	return (
		<TextField
			{...rest}
			type={shown ? 'text' : 'password'}
			spellCheck="false"
			autoCorrect="off"
			affix={
				<IconButton
					label={shown ? text('password.hide') : text('password.show')}
					icon={shown ? <IconEyeOff /> : <IconEye />}
					onPress={() => setIsRevealed(!shown)}
				/>
			}
		/>
	);
}
