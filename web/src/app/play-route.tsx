/** Opens the player for the title in the address, and knows where leaving it leads. */
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { PlayerPage } from '../player/player-page.tsx';

export function PlayRoute() {
	const { itemId } = useParams({ from: '/full-screen/play/$itemId' });
	const { file, at } = useSearch({ from: '/full-screen/play/$itemId' });
	const navigate = useNavigate();
	const router = useRouter();
	const leave = () => {
		if (router.history.canGoBack()) router.history.back();
		else void navigate({ to: '/items/$itemId', params: { itemId }, replace: true });
	};
	const goTo = (next: string) =>
		void navigate({ to: '/play/$itemId', params: { itemId: next }, replace: true });
	return <PlayerPage itemId={itemId} fileId={file} startAtMs={at} onLeave={leave} onGoTo={goTo} />;
}
