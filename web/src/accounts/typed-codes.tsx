/** Codes that stand on paper or in a mail: blanks, dashes and case do not matter. */
import { useText } from '../messages/use-text.ts';
import { TextField } from '../ui/text-field.tsx';
import './proofs.css';

const recoverySigns = 24;
const mailedSignsMin = 8;

const signsOf = (typed: string): number => typed.replace(/[^a-z0-9]/gi, '').length;

/** It has as many signs as a recovery code. */
export const isRecoveryCode = (typed: string): boolean => signsOf(typed) >= recoverySigns;

/** It is long enough for a mailed code. */
export const isMailedCode = (typed: string): boolean => signsOf(typed) >= mailedSignsMin;

export interface TypedCodeProps {
	readonly value: string;
	readonly onChange: (value: string) => void;
	readonly fault?: string | null;
	readonly hasFocus?: boolean;
}

export function RecoveryCodeField({ hasFocus = false, ...rest }: TypedCodeProps) {
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

export function MailedCodeField({ hasFocus = false, ...rest }: TypedCodeProps) {
	const text = useText();
	return (
		<div className="code-text">
			<TextField
				{...rest}
				label={text('factor.mailed.code')}
				note={text('factor.mailed.code.note')}
				name="mailed-code"
				autoComplete="one-time-code"
				autoCorrect="off"
				spellCheck="false"
				autoFocus={hasFocus}
				isRequired
			/>
		</div>
	);
}
