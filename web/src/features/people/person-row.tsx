/** One person in the list: who, what they are, how it stands, and a menu of what can be done. */
import type { PersonEntry } from '@holdfast/contract/people';
import { useIntl } from 'react-intl';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import {
	IconCheck,
	IconClose,
	IconKey,
	IconPencil,
	IconPerson,
	IconShield,
	IconTrash,
} from '../../ui/icons.tsx';
import { MenuButton, type MenuEntry } from '../../ui/menu.tsx';
import { actionsFor, type PersonAction } from './person-menu.ts';

interface RowProps {
	readonly person: PersonEntry;
	readonly isSelf: boolean;
	readonly onAction: (action: PersonAction) => void;
}

const icons = {
	role: <IconPencil />,
	reset: <IconKey />,
	factor: <IconKey />,
	owner: <IconShield />,
	deactivate: <IconClose />,
	reactivate: <IconCheck />,
	keep: <IconCheck />,
	delete: <IconTrash />,
} as const;

function Facts({ person }: { readonly person: PersonEntry }) {
	const text = useText();
	const intl = useIntl();
	const { lastSeenAt, highestLevel, deleteAfter, hasPassword } = person;
	const seen =
		lastSeenAt === null
			? text('people.not-seen')
			: text('people.seen', { when: intl.formatRelativeTime(...agoOf(lastSeenAt, Date.now())) });
	const proof = text(highestLevel === 2 ? 'people.two-factors' : 'people.one-factor');
	const facts = [person.username, seen, proof, ...(hasPassword ? [] : [text('people.no-password')])];
	return (
		<>
			<div className="entry-note">{facts.join(' · ')}</div>
			{deleteAfter !== null && (
				<div className="entry-note">
					{text('people.leaving.until', { when: intl.formatDate(deleteAfter, { dateStyle: 'long' }) })}
				</div>
			)}
		</>
	);
}

export function PersonRow({ person, isSelf, onAction }: RowProps) {
	const text = useText();
	const { displayName: name, role, status } = person;
	const entries: MenuEntry[] = actionsFor(person).map((action) => ({
		key: action,
		label: text(`people.${action}.menu`),
		icon: icons[action],
		isDanger: action === 'delete',
		onSelect: () => onAction(action),
	}));
	return (
		<li className={isSelf ? 'entry entry-this' : 'entry'}>
			<div className="entry-icon">
				<IconPerson />
			</div>
			<div>
				<div className="entry-title">
					{name}
					<span className="entry-tag">{text(`people.role.${role}`)}</span>
					{status !== 'active' && (
						<span className="entry-tag entry-tag-warn">{text(`people.status.${status}`)}</span>
					)}
				</div>
				<Facts person={person} />
			</div>
			<div className="entry-actions">
				{entries.length > 0 && (
					<MenuButton
						label={text('people.actions-of', { name })}
						trigger={
							<Button aria-label={text('people.actions-of', { name })}>{text('people.actions')}</Button>
						}
						entries={entries}
					/>
				)}
			</div>
		</li>
	);
}
