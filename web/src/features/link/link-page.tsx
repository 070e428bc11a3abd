/**
 * Letting in a television: its code, a look at what asks and from where, and the number that it
 * shows. Whoever
 * was sent a code by a stranger does not see the stranger's screen.
 */
import {
	approveLinkRequest,
	denyLinkRequest,
	findLinkRequest,
	type LinkRequest,
} from '@holdfast/contract/provider';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { whileRenewing } from '../../api/live-events.ts';
import { queryKeys } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import '../settings/settings.css';
import './link.css';

interface Found {
	readonly userCode: string;
	readonly request: LinkRequest;
}

/** From the sign that browsers keep to themselves; taken out of the address at once. */
const codeInAddress = (): string => {
	const code = /^#([A-Za-z-]{8,12})$/u.exec(window.location.hash)?.[1] ?? '';
	if (code !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
	return code;
};

function CodeForm({ onFound }: { readonly onFound: (found: Found) => void }) {
	const text = useText();
	const [userCode, setUserCode] = useState(codeInAddress);
	const submit = useSubmit(async () =>
		onFound({ userCode, request: await call(findLinkRequest, { body: { userCode } }) }),
	);
	return (
		<form className="panel link-form" onSubmit={submit.onSubmit}>
			<TextField
				label={text('link.code')}
				name="user-code"
				value={userCode}
				onChange={(value) => setUserCode(value.toUpperCase())}
				placeholder="BCDF-GHJK"
				autoComplete="off"
				spellCheck="false"
				maxLength={20}
				isRequired
			/>
			<FaultNotice error={submit.error} />
			<Button
				type="submit"
				variant="primary"
				isLarge
				isPending={submit.isPending}
				isDisabled={userCode.replaceAll(/[^A-Za-z]/gu, '').length < 8}
			>
				{text('link.look')}
			</Button>
		</form>
	);
}

function Origin({ request }: { readonly request: LinkRequest }) {
	const text = useText();
	const { network, isSameNetwork, place } = request;
	if (network === null) return <p>{text('link.network-unknown')}</p>;
	if (isSameNetwork) return <p>{text('link.same-network')}</p>;
	return <p>{text('link.network', { network: place ?? network })}</p>;
}

type Result = 'let-in' | 'denied';

function Question({ found, onDone }: { readonly found: Found; readonly onDone: (how: Result) => void }) {
	const text = useText();
	const client = useQueryClient();
	const [picked, setPicked] = useState('');
	const { userCode, request } = found;
	const pick = useSubmit(async () => {
		const body = { userCode, number: picked };
		const signed = await whileRenewing(() => call(approveLinkRequest, { body }));
		client.setQueryData(queryKeys.session, signed);
		await client.invalidateQueries({ queryKey: queryKeys.sessions });
		onDone('let-in');
	});
	const deny = useSubmit(async () => {
		await call(denyLinkRequest, { body: { userCode } });
		onDone('denied');
	});
	return (
		<form className="panel link-form" aria-labelledby="asks" onSubmit={pick.onSubmit}>
			<h2 id="asks">{text('link.asks', { app: request.app })}</h2>
			<div className="link-facts">
				<p>{text('link.device', { device: request.device })}</p>
				<Origin request={request} />
				<p>{text('link.may')}</p>
			</div>
			<Notice>{text('link.warning')}</Notice>
			<fieldset className="link-numbers">
				<legend>{text('link.pick')}</legend>
				{request.numbers.map((number) => (
					<Button
						key={number}
						type="submit"
						isLarge
						isPending={pick.isPending && picked === number}
						onPress={() => setPicked(number)}
					>
						{number}
					</Button>
				))}
			</fieldset>
			<FaultNotice error={pick.error ?? deny.error} />
			<Button variant="ghost" isPending={deny.isPending} onPress={() => deny.onSubmit()}>
				{text('link.none')}
			</Button>
		</form>
	);
}

function Done({ how, onAnother }: { readonly how: Result; readonly onAnother: () => void }) {
	const text = useText();
	return (
		<div className="panel link-form">
			<p role="status">{text(how === 'let-in' ? 'link.done' : 'link.denied')}</p>
			<div className="link-actions">
				<LinkButton to="/" variant="primary">
					{text('link.home')}
				</LinkButton>
				<Button onPress={onAnother}>{text('link.another')}</Button>
			</div>
		</div>
	);
}

export function LinkPage() {
	const text = useText();
	const [found, setFound] = useState<Found | null>(null);
	const [how, setHow] = useState<Result | null>(null);
	const again = () => {
		setFound(null);
		setHow(null);
	};
	return (
		<div className="page">
			<div className="page-head">
				<div>
					<PageTitle title={text('link.title')} />
					<p className="page-lead">{text('link.lead')}</p>
				</div>
			</div>
			<div className="sections">
				{how !== null && <Done how={how} onAnother={again} />}
				{how === null && found && <Question found={found} onDone={setHow} />}
				{how === null && !found && <CodeForm onFound={setFound} />}
			</div>
		</div>
	);
}
