/** Choosing a password: a meter in plain words, and a generated one in a single press. */
import { passwordCharactersMin } from '@holdfast/contract/accounts';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../messages/use-text.ts';
import { Button } from '../ui/button.tsx';
import { IconCopy, IconDice } from '../ui/icons.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { showToast } from '../ui/toast.tsx';
import { type BreachVerdict, checkBreached } from './breached-password.ts';
import { generatePassword } from './generated-password.ts';
import { type PasswordScore, passwordScoreMin, scorePassword } from './password-strength.ts';
import './password.css';

/** The score of `password` a moment after it stops changing; null while empty or not yet known. */
const useScore = (password: string, known: readonly string[]): PasswordScore | null => {
	const [score, setScore] = useState<PasswordScore | null>(null);
	const knownKey = known.join('\n');
	useEffect(() => {
		setScore(null);
		if (password === '') return undefined;
		let isCurrent = true;
		const timer = setTimeout(() => {
			// Without the word lists only the length counts.
			void scorePassword(password, knownKey.split('\n')).then(
				(next) => isCurrent && setScore(next),
				() => undefined,
			);
		}, 150);
		return () => {
			isCurrent = false;
			clearTimeout(timer);
		};
	}, [password, knownKey]);
	return score;
};

/** The verdict a moment after typing stops; null where nothing is known yet. Only what may be taken is asked for. */
const useBreach = (password: string, isWorthAsking: boolean): BreachVerdict | null => {
	const [verdict, setVerdict] = useState<BreachVerdict | null>(null);
	useEffect(() => {
		setVerdict(null);
		if (!isWorthAsking) return undefined;
		let isCurrent = true;
		const timer = setTimeout(() => {
			void checkBreached(password).then((next) => isCurrent && setVerdict(next));
		}, 500);
		return () => {
			isCurrent = false;
			clearTimeout(timer);
		};
	}, [password, isWorthAsking]);
	return verdict;
};

function Meter({ score }: { readonly score: PasswordScore | null }) {
	const text = useText();
	return (
		<div className="meter">
			<div className="meter-bars" data-score={score ?? 'none'} aria-hidden="true">
				<span />
				<span />
				<span />
				<span />
			</div>
			<span className="meter-words" role="status">
				{score !== null && text('password.strength', { label: text(`password.score.${score}`) })}
			</span>
		</div>
	);
}

/** A stolen password is told as the field's fault; what was not checked is told, never passed over. */
function BreachWords({ verdict }: { readonly verdict: BreachVerdict | null }) {
	const text = useText();
	const words = verdict === null || verdict === 'stolen' ? null : text(`password.${verdict}`);
	return (
		<p className="breach-words" role="status">
			{words}
		</p>
	);
}

interface GeneratedProps {
	readonly password: string;
	readonly onSelect: () => void;
}

/** The clipboard does not exist over plain HTTP: there the text is selected instead. */
function Generated({ password, onSelect }: GeneratedProps) {
	const text = useText();
	const hasClipboard = Boolean(globalThis.navigator.clipboard);
	const copy = () =>
		navigator.clipboard.writeText(password).then(
			() => showToast(text('action.copied')),
			() => onSelect(),
		);
	return (
		<div className="generated">
			<p role="status">{text('password.generated')}</p>
			<Button icon={<IconCopy />} onPress={hasClipboard ? () => void copy() : onSelect}>
				{hasClipboard ? text('password.copy') : text('password.select')}
			</Button>
		</div>
	);
}

export interface NewPasswordProps {
	readonly label: string;
	readonly value: string;
	readonly onChange: (value: string) => void;
	/** Texts that count as guessed: the person's names. */
	readonly known: readonly string[];
	/** The form was sent: say what is missing. */
	readonly isChecked: boolean;
}

export function NewPasswordField({ label, value, onChange, known, isChecked }: NewPasswordProps) {
	const text = useText();
	const input = useRef<HTMLInputElement>(null);
	const [generated, setGenerated] = useState<string | null>(null);
	const score = useScore(value, known);
	const isTooShort = value.length < passwordCharactersMin;
	const isTooEasy = score !== null && score < passwordScoreMin;
	const isGenerated = generated !== null && generated === value;
	const breach = useBreach(value, !isTooShort && score !== null && !isTooEasy && !isGenerated);
	const faultOf = (): string | null => {
		if (breach === 'stolen') return text('password.stolen');
		if (!isChecked) return null;
		if (isTooShort) return text('password.too-short', { min: passwordCharactersMin });
		return isTooEasy ? text('password.too-easy') : null;
	};
	const make = () => {
		const next = generatePassword();
		setGenerated(next);
		onChange(next);
	};
	return (
		<div className="new-password">
			<PasswordField
				inputRef={input}
				label={label}
				name="new-password"
				autoComplete="new-password"
				value={value}
				onChange={onChange}
				isShown={isGenerated}
				note={text('password.length', { min: passwordCharactersMin })}
				fault={faultOf()}
				isRequired
			/>
			<Meter score={score} />
			<BreachWords verdict={breach} />
			{isGenerated && <Generated password={value} onSelect={() => input.current?.select()} />}
			<Button variant="ghost" icon={<IconDice />} onPress={make}>
				{text('password.generate')}
			</Button>
		</div>
	);
}
