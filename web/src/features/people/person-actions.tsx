/** What can be done with one person's account, each behind a dialog that says what will happen. */
import {
	deactivate,
	deletePerson,
	handOverOwnership,
	type InvitedRole,
	keepPerson,
	type PersonEntry,
	reactivate,
	setRole,
} from '@holdfast/contract/people';
import { startFactorHelp } from '@holdfast/contract/factors';
import { startHandOver } from '@holdfast/contract/recovery';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { withStepUp } from '../../accounts/step-up.tsx';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choice.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { refreshPeople } from './people-queries.ts';
import type { CodeAction, SimpleAction } from './person-menu.ts';

const routes = {
	deactivate,
	reactivate,
	delete: deletePerson,
	keep: keepPerson,
	owner: handOverOwnership,
} as const;

const dangers: ReadonlySet<SimpleAction> = new Set(['deactivate', 'delete', 'owner']);

interface DialogProps {
	readonly person: PersonEntry;
	readonly onClose: () => void;
}

export function SimpleDialog({ person, action, onClose }: DialogProps & { readonly action: SimpleAction }) {
	const text = useText();
	const client = useQueryClient();
	const { accountId, displayName: name } = person;
	const submit = useSubmit(async () => {
		await withStepUp(async () => {
			await call(routes[action], { params: { accountId } });
		});
		await refreshPeople(client);
		if (action === 'owner') await client.invalidateQueries({ queryKey: queryKeys.session });
		showToast(text(`people.${action}.done`, { name }));
		onClose();
	});
	return (
		<ConfirmDialog
			isOpen
			onClose={onClose}
			title={text(`people.${action}.title`, { name })}
			action={text(`people.${action}.action`)}
			variant={dangers.has(action) ? 'danger' : 'primary'}
			isPending={submit.isPending}
			onConfirm={() => submit.onSubmit()}
		>
			<p>{text(`people.${action}.text`, { name })}</p>
			<FaultNotice error={submit.error} />
		</ConfirmDialog>
	);
}

export function RoleDialog({ person, onClose }: DialogProps) {
	const text = useText();
	const client = useQueryClient();
	const { accountId, displayName: name, role: present, may } = person;
	const [role, choose] = useState<InvitedRole>(may.roles.find((each) => each === present) ?? 'member');
	const submit = useSubmit(async () => {
		await withStepUp(() => call(setRole, { params: { accountId }, body: { role } }));
		await refreshPeople(client);
		showToast(text('people.role.done', { name }));
		onClose();
	});
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={text('people.role.title', { name })}
			foot={
				<>
					<Button variant="ghost" onPress={onClose}>
						{text('action.cancel')}
					</Button>
					<Button variant="primary" isPending={submit.isPending} onPress={() => submit.onSubmit()}>
						{text('action.save')}
					</Button>
				</>
			}
		>
			<Segments
				label={text('people.role')}
				value={role}
				onChange={choose}
				options={may.roles.map((value) => ({ value, label: text(`people.role.${value}`) }))}
			/>
			<p className="field-note">{text(`people.role.${role}.note`)}</p>
			<FaultNotice error={submit.error} />
		</Dialog>
	);
}

interface Code {
	readonly code: string;
	readonly expiresAt: number;
}

function HandedCode({ code, expiresAt, action }: Code & { readonly action: CodeAction }): ReactNode {
	const text = useText();
	const intl = useIntl();
	const when = intl.formatDate(expiresAt, { dateStyle: 'medium', timeStyle: 'short' });
	return (
		<div className="dialog-form">
			<Notice>{text(`people.${action}.made`, { when })}</Notice>
			<CopiedText label={text(`people.${action}.code`)} value={code} />
		</div>
	);
}

const codes = { reset: startHandOver, factor: startFactorHelp } as const;

/**
 * For somebody who lost a password or a second factor. The administrator never chooses a password: the code
 * is handed over, and its holder chooses.
 */
export function CodeDialog({ person, action, onClose }: DialogProps & { readonly action: CodeAction }) {
	const text = useText();
	const { accountId, displayName: name } = person;
	const [made, setMade] = useState<Code | null>(null);
	const submit = useSubmit(async () =>
		setMade(await withStepUp(() => call(codes[action], { params: { accountId } }))),
	);
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={text(`people.${action}.title`, { name })}
			foot={
				<Button variant={made ? 'primary' : 'ghost'} onPress={onClose}>
					{made ? text('invite.done') : text('action.cancel')}
				</Button>
			}
		>
			{made ? (
				<HandedCode {...made} action={action} />
			) : (
				<div className="dialog-form">
					<p>{text(`people.${action}.text`, { name })}</p>
					<FaultNotice error={submit.error} />
					<Button variant="primary" isPending={submit.isPending} onPress={() => submit.onSubmit()}>
						{text(`people.${action}.action`)}
					</Button>
				</div>
			)}
		</Dialog>
	);
}
