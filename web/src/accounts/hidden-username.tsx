/** The name beside a password field that asks for none: password managers need it to keep the right entry. */
export function HiddenUsername({ value }: { readonly value: string }) {
	return (
		<input
			className="visually-hidden"
			type="text"
			name="username"
			autoComplete="username"
			value={value}
			readOnly
			tabIndex={-1}
			aria-hidden="true"
		/>
	);
}
