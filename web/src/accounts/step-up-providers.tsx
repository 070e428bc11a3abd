/** Signing in again at a provider instead of showing a password. */
export interface StepUpProvidersProps {
	readonly providers: readonly { readonly providerId: string; readonly name: string }[];
}

export function StepUpProviders(_: StepUpProvidersProps) {
	return null;
}
