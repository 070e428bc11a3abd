/** After the end: what comes next, with a count-down that anybody can stop. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { FormattedMessage } from 'react-intl';
import { useQuery } from '@tanstack/react-query';
import { getItem } from '@holdfast/contract/catalogue';
import { call } from '../api/client.ts';
import { queryKeys } from '../api/queries.ts';
import { Icon } from './icons.tsx';

const countFrom = 10;

interface NextUpProps {
	readonly itemId: string;
	readonly onGo: () => void;
	readonly onStop: () => void;
}

const useCountDown = (onDone: () => void): number => {
	const [left, setLeft] = useState(countFrom);
	const latest = useRef(onDone);
	latest.current = onDone;
	useEffect(() => {
		if (left <= 0) {
			latest.current();
			return;
		}
		const timer = window.setTimeout(() => setLeft(left - 1), 1000);
		return () => window.clearTimeout(timer);
	}, [left]);
	return left;
};

export const NextUp = ({ itemId, onGo, onStop }: NextUpProps): ReactNode => {
	const left = useCountDown(onGo);
	const { data } = useQuery({
		queryKey: queryKeys.item(itemId),
		queryFn: ({ signal }) => call(getItem, { params: { itemId } }, { signal }),
	});
	return (
		<section className="player-next">
			<p className="player-next-head">
				<FormattedMessage id="player.next-in" values={{ seconds: Math.max(0, left) }} />
			</p>
			<p className="player-next-title">{data?.card.title ?? '\u2026'}</p>
			{data?.card.subtitle && <p className="player-next-subtitle">{data.card.subtitle}</p>}
			<div className="button-row">
				<Button className="button player-next-go" autoFocus onPress={onGo}>
					<Icon name="play" />
					<FormattedMessage id="player.next-now" />
				</Button>
				<Button className="button player-next-stop" onPress={onStop}>
					<FormattedMessage id="player.next-stop" />
				</Button>
			</div>
		</section>
	);
};
