/** One of the codes that were written down: blanks, dashes and case do not matter. */
import { useText } from '../messages/use-text.ts';
import { TextField } from '../ui/text-field.tsx';
import './proofs.css';

const signs = 16;

/** It has as many signs as a recovery code. */
export const isRecoveryCode = (typed: string): boolean => typed.replace(/[^a-z0-9]/gi, '').length >= signs;

export interface RecoveryCodeFieldProps {
	readonly value: string;
	readonly onChange: (value: string) => void;
	readonly fault?: string | null;
	readonly hasFocus?: boolean;
}

export function RecoveryCodeField({ hasFocus = false, ...rest }: RecoveryCodeFieldProps) {
	const text = useText();
	return (
		<div className="code-text">
			<TextField
				{...rest}
				label={text('factor.recovery.code')}
				note={text('factor.recovery.code.note')}
				name="recovery-code"
				autoComplete="off"
				autoCorrect="off"
				spellCheck="false"
				autoFocus={hasFocus}
				isRequired
			/>
		</div>
	);
}
