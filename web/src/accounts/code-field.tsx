/** The six digits of an authenticator app: typed, pasted or filled in by the browser, and sent at the last. */
import { TextField } from '../ui/text-field.tsx';
import './proofs.css';

export const totpDigits = 6;

export interface CodeFieldProps {
	readonly label: string;
	readonly note?: string;
	readonly value: string;
	readonly onChange: (value: string) => void;
	/** All digits are there. */
	readonly onComplete?: (value: string) => void;
	readonly isDisabled?: boolean;
	readonly fault?: string | null;
	readonly hasFocus?: boolean;
}

export function CodeField({ onChange, onComplete, isDisabled, hasFocus = true, ...rest }: CodeFieldProps) {
	const change = (typed: string) => {
		const digits = typed.replace(/\D/g, '').slice(0, totpDigits);
		onChange(digits);
		if (digits.length === totpDigits && digits !== rest.value) onComplete?.(digits);
	};
	return (
		<div className="code-digits">
			<TextField
				{...rest}
				name="one-time-code"
				autoComplete="one-time-code"
				inputMode="numeric"
				onChange={change}
				// Focus stays while the code is on its way.
				isReadOnly={isDisabled ?? false}
				autoFocus={hasFocus}
				isRequired
			/>
		</div>
	);
}
