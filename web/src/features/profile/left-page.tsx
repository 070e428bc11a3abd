/** After leaving: until when the account can be brought back, and the link that does it, shown once. */
import { useIntl } from 'react-intl';
import { Gate } from '../../app/gate.tsx';
import { useText } from '../../messages/use-text.ts';
import { LinkButton } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { readLeft } from './left.ts';

export function LeftPage() {
	const text = useText();
	const intl = useIntl();
	const left = readLeft();
	const when = left && intl.formatDate(left.deleteAfter, { dateStyle: 'long' });
	return (
		<Gate title={text('profile.left.title')} lead={when === null ? '' : text('profile.left.text', { when })}>
			<div className="gate-form">
				{left && <CopiedText label={text('profile.left.link')} value={left.link} />}
				<LinkButton to="/sign-in" variant="primary" isLarge isWide>
					{text('profile.left.done')}
				</LinkButton>
			</div>
		</Gate>
	);
}
