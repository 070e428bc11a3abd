/** On the sign-in page: the way to an account of one's own, where this server lets anybody make one. */
import { getRegistration } from '@holdfast/contract/people';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';

export function OpenRegistrationLink() {
	const text = useText();
	const { data } = useQuery({
		queryKey: ['registration'],
		queryFn: () => call(getRegistration, undefined, { isSignInPage: true }),
	});
	if (!data?.isOpen) return null;
	return (
		<Link to="/join" className="gate-link">
			{text('join.ask')}
		</Link>
	);
}
