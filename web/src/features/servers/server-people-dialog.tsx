/** Who may enter one of my servers: let in, removed, household or not. */
import {
	changeServerPerson,
	inviteToServer,
	removeServerPerson,
	type ServerEntry,
	type ServerPerson,
} from '@holdfast/contract/servers';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { call } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { agoOf } from '../../messages/ago.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { serverPeopleQuery } from './servers-queries.ts';

function Person({ serverId, person }: { readonly serverId: string; readonly person: ServerPerson }) {
	const text = useText();
	const intl = useIntl();
	const client = useQueryClient();
	const params = { serverId, grantId: person.grantId };
	const again = () => client.invalidateQueries({ queryKey: serverPeopleQuery(serverId).queryKey });
	const remove = useSubmit(async () => {
		await call(removeServerPerson, { params });
		await again();
	});
	const change = async (isHousehold: boolean) => {
		await call(changeServerPerson, { params, body: { role: person.role, isHousehold } });
		await again();
	};
	const came =
		person.acceptedAt === null
			? text('servers.people.waiting')
			: text('servers.people.came', {
					when: intl.formatRelativeTime(...agoOf(person.acceptedAt, Date.now())),
				});
	return (
		<li className="entry">
			<div>
				<div className="entry-title">{person.invitedAs}</div>
				<div className="entry-note">{[text(`servers.people.as.${person.role}`), came].join(' · ')}</div>
				<Checkbox
					name={`household-${person.grantId}`}
					isSelected={person.isHousehold}
					onChange={(is) => void change(is)}
				>
					{text('servers.people.household')}
				</Checkbox>
				<FaultNotice error={remove.error} />
			</div>
			<div className="entry-actions">
				<Button variant="ghost" isPending={remove.isPending} onPress={() => remove.onSubmit()}>
					{text('servers.people.remove')}
				</Button>
			</div>
		</li>
	);
}

function LetIn({ serverId }: { readonly serverId: string }) {
	const text = useText();
	const client = useQueryClient();
	const [who, setWho] = useState('');
	const [isHousehold, setIsHousehold] = useState(false);
	const [isGuest, setIsGuest] = useState(false);
	const submit = useSubmit(async () => {
		const role = isGuest ? 'guest' : 'member';
		await call(inviteToServer, { params: { serverId }, body: { who, role, isHousehold } });
		await client.invalidateQueries({ queryKey: serverPeopleQuery(serverId).queryKey });
		setWho('');
	});
	return (
		<form className="servers-form" onSubmit={submit.onSubmit}>
			<TextField
				label={text('servers.people.who')}
				name="who"
				value={who}
				onChange={setWho}
				note={text('servers.people.household.note')}
				autoComplete="off"
			/>
			<Checkbox name="household" isSelected={isHousehold} onChange={setIsHousehold}>
				{text('servers.people.household')}
			</Checkbox>
			<Checkbox name="as-guest" isSelected={isGuest} onChange={setIsGuest}>
				{text('servers.people.as-guest')}
			</Checkbox>
			<FaultNotice error={submit.error} />
			<Button type="submit" variant="primary" isPending={submit.isPending} isDisabled={who.trim() === ''}>
				{text('servers.people.add')}
			</Button>
		</form>
	);
}

export function ServerPeopleDialog({
	server,
	onClose,
}: {
	readonly server: ServerEntry;
	readonly onClose: () => void;
}) {
	const text = useText();
	const { serverId } = server;
	const { data, error, refetch } = useQuery(serverPeopleQuery(serverId));
	return (
		<Dialog isOpen onClose={onClose} title={text('servers.people')}>
			<div className="servers-people">
				{error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
				{!data && !error && <LoadingState />}
				{data?.length === 0 && <p className="section-text">{text('servers.people.none')}</p>}
				{data && data.length > 0 && (
					<ul className="entries">
						{data.map((person) => (
							<Person key={person.grantId} serverId={serverId} person={person} />
						))}
					</ul>
				)}
				<LetIn serverId={serverId} />
			</div>
		</Dialog>
	);
}
