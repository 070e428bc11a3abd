/**
 * A lost password. Without a link the page offers every way there is; with one it goes straight to the new
 * password. It asks this server only and never signs anybody in.
 */
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Gate } from '../../app/gate.tsx';
import { forgetLinkSecret, useLinkSecret } from '../../app/link-secret.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import {
	IconChevronLeft,
	IconChevronRight,
	IconKey,
	IconMail,
	IconPerson,
	IconTerminal,
} from '../../ui/icons.tsx';
import { AskByMail, ByHandedOverCode, ByLink, ByRecoveryCode } from './reset-ways.tsx';
import './reset.css';

type Way = 'mail' | 'link' | 'recovery' | 'handed';

const forms: Readonly<Record<Way, () => ReactNode>> = {
	mail: AskByMail,
	link: ByLink,
	recovery: ByRecoveryCode,
	handed: ByHandedOverCode,
};

const choices: readonly { readonly way: Exclude<Way, 'link'>; readonly icon: ReactNode }[] = [
	{ way: 'mail', icon: <IconMail /> },
	{ way: 'recovery', icon: <IconKey /> },
	{ way: 'handed', icon: <IconPerson /> },
];

function Choices({ onChoose }: { readonly onChoose: (way: Way) => void }) {
	const text = useText();
	return (
		<div className="ways">
			{choices.map(({ way, icon }) => (
				<AriaButton key={way} className="way" onPress={() => onChoose(way)}>
					<span className="way-icon">{icon}</span>
					<span className="way-words">
						<strong>{text(`reset.${way}.choice`)}</strong>
						<span>{text(`reset.${way}.choice.note`)}</span>
					</span>
					<IconChevronRight />
				</AriaButton>
			))}
			<div className="way-machine">
				<IconTerminal />
				<p>
					{text('reset.machine')} <code>./holdfast account recover</code>
				</p>
			</div>
		</div>
	);
}

export function ResetPage() {
	const text = useText();
	const [chosen, setChosen] = useState<Way | null>(null);
	const secret = useLinkSecret('reset');
	// A link may also be opened in a tab that shows this page already: it is what the person wants now.
	const way = secret === null ? chosen : 'link';
	const Form = way && forms[way];
	const back = () => {
		forgetLinkSecret('reset');
		setChosen(null);
	};
	return (
		<Gate title={text(`reset.${way ?? 'choose'}.title`)} lead={text(`reset.${way ?? 'choose'}.lead`)}>
			<div className="gate-form">
				{Form ? <Form key={secret} /> : <Choices onChoose={setChosen} />}
				<div className="gate-links">
					{way && (
						<Button variant="ghost" icon={<IconChevronLeft />} onPress={back}>
							{text('reset.other')}
						</Button>
					)}
					<Link to="/sign-in" className="gate-link">
						{text('reset.to-sign-in')}
					</Link>
				</div>
			</div>
		</Gate>
	);
}
