/** English texts of proving who you are: second step, step-up, and a new password for a lost one. */
export const proofEn = {
	'factor.title': 'One more step',
	'factor.lead': 'Your account asks for a second proof.',
	'factor.totp.code': 'Code',
	'factor.totp.code.note': 'The six digits that your authenticator app shows now.',
	'factor.totp.instead': 'Use the authenticator app',
	'factor.passkey.use': 'Use a passkey',
	'factor.passkey.instead': 'Use a passkey',
	'factor.recovery.code': 'Recovery code',
	'factor.recovery.code.note': 'One of those you wrote down. It works once.',
	'factor.recovery.code.short': 'A recovery code has 16 letters and digits.',
	'factor.recovery-code.instead': 'Use a recovery code',
	'factor.none-here':
		'Your second factor does not work at this address. Open the public address of this server, or ask its owner.',
	'factor.again': 'Start again',

	'step-up.title': 'Prove that it is you',
	'step-up.lead': 'Before this goes on, show once more that it is you. It holds for five minutes.',
	'step-up.password': 'Your password',
	'step-up.password.wrong': 'The password is not right.',
	'step-up.busy': 'Checking',
	'step-up.or': 'or',
	'step-up.none':
		'Nothing you have can be shown in this browser. Open the public address of this server, or sign out and in again.',
} as const;
