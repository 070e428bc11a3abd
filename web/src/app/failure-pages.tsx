/** Pages for what is not there and for what failed. */
import { useRouter } from '@tanstack/react-router';
import { useText } from '../messages/use-text.ts';
import { LinkButton } from '../ui/button.tsx';
import { IconSearch } from '../ui/icons.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';

export function NotFoundPage() {
	const text = useText();
	const action = <LinkButton to="/">{text('state.absent.action')}</LinkButton>;
	return (
		<main id="content">
			<EmptyState icon={<IconSearch sizeEm={2} />} title={text('state.absent.title')} action={action}>
				{text('state.absent.text')}
			</EmptyState>
		</main>
	);
}

export function PageFailure({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
	const router = useRouter();
	const retry = () => {
		reset?.();
		void router.invalidate();
	};
	return <ErrorState error={error} onRetry={retry} />;
}
