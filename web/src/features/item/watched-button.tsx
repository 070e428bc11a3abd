/** Marks a title as watched or not; the page changes at once and takes it back where the server refuses. */
import { type ItemDetail, setWatched } from '@holdfast/contract/catalogue';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { useFaultText } from '../../messages/use-fault-text.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconCheck } from '../../ui/icons.tsx';
import { showToast } from '../../ui/toast.tsx';

const useWatched = (itemId: string) => {
	const client = useQueryClient();
	const faultText = useFaultText();
	const key = queryKeys.item(itemId);
	return useMutation({
		mutationFn: (isWatched: boolean) => call(setWatched, { params: { itemId }, body: { isWatched } }),
		onMutate: (isWatched) => {
			const before = client.getQueryData<ItemDetail>(key);
			if (before) client.setQueryData(key, { ...before, card: { ...before.card, isWatched, positionMs: 0 } });
			return before;
		},
		onError: (error, _, before) => {
			if (before) client.setQueryData(key, before);
			showToast(faultText(error).text);
		},
		onSettled: () => {
			void client.invalidateQueries({ queryKey: ['item'] });
			void client.invalidateQueries({ queryKey: queryKeys.home });
			void client.invalidateQueries({ queryKey: ['library'] });
		},
	});
};

export function WatchedButton({
	itemId,
	isWatched,
}: {
	readonly itemId: string;
	readonly isWatched: boolean;
}) {
	const text = useText();
	const watched = useWatched(itemId);
	return (
		<Button
			isLarge
			className={isWatched ? 'watched-button is-watched' : 'watched-button'}
			icon={<IconCheck sizeEm={1.2} />}
			aria-pressed={isWatched}
			onPress={() => watched.mutate(!isWatched)}
		>
			{text(isWatched ? 'item.watched' : 'item.mark-watched')}
		</Button>
	);
}
