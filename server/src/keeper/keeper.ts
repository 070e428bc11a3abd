/**
 * What the keeper does for the rest of Holdfast: five verbs, and nothing else. It is a process of its own;
 * this is its seam, spoken over the inherited channel. Keys never cross it.
 *
 * Every method throws `server.keeper-away` where the process does not answer in time, and
 * `server.keeper-refused` where a budget is spent.
 */

/** Proof that the person is here, checked by the keeper itself; an opening with one is not metered. */
export type PersonProof =
	/** What `finishSignIn` returned for this account, good for 60 s. */
	| { readonly kind: 'exchange'; readonly proof: string }
	/**
	 * The session token as the client sent it, and the MAC that the keeper made for it at sign-in
	 * (`bindSession`).
	 */
	| { readonly kind: 'session'; readonly token: string; readonly sessionMac: string };

/**
 * An OPAQUE record as it is stored. `setupId` names the generation of keys under which it was made; never
 * sent out.
 */
export interface CredentialRecord {
	readonly setupId: string;
	/** The client's registration record, base64url. */
	readonly record: string;
}

/** OPAQUE's server side. Messages go in and come out as base64url, as clients send and get them. */
export interface Evaluate {
	/** RFC 9807 5.1: answers a registration request for this credential id under the present set-up. */
	startRegistration(input: {
		readonly credentialId: string;
		readonly registrationRequest: string;
	}): Promise<{ readonly registrationResponse: string; readonly setupId: string }>;
	/**
	 * RFC 9807 6.1: KE1 to KE2. With `known: null` a decoy is used that follows the schedule of generations,
	 * and the same work is done. `unknownKey` is a keyed hash of the name typed in, so that a name always gets
	 * the same decoy. `sealedState` is the server's half of the exchange, sealed to the keeper: it may be
	 * stored, and is good for 120 s.
	 */
	startSignIn(input: {
		readonly known: {
			readonly credentialId: string;
			readonly record: CredentialRecord;
			/**
			 * Null for somebody who may not sign in: evaluated under the same id, against a record that no
			 * password opens, so that the right one looks like any other.
			 */
			readonly accountId: string | null;
		} | null;
		readonly unknownKey: string;
		readonly startLoginRequest: string;
	}): Promise<{ readonly loginResponse: string; readonly sealedState: string }>;
	/**
	 * RFC 9807 6.1: checks KE3. Null where the password was wrong or nobody is behind the name. The proof
	 * names the account, and the keeper accepts it for 60 s. `mustReregister`: the record is of an older
	 * set-up.
	 *
	 * @throws accounts.flow.expired  when the state is used up, too old, or from before the keeper's last
	 * start.
	 */
	finishSignIn(input: { readonly sealedState: string; readonly finishLoginRequest: string }): Promise<{
		readonly accountId: string;
		readonly proof: string;
		readonly mustReregister: boolean;
	} | null>;
}

/** Data keys of accounts, who may have one opened without being counted, and the keys of mails. */
export interface Wrap {
	/** A new data key for an account: the key to use now (32 bytes) and its wrapped form to store. */
	newDataKey(accountId: string): Promise<{ readonly dataKey: Uint8Array; readonly wrapped: string }>;
	/**
	 * Opens wrapped keys, at most 200 a call. Those without their person's proof are metered; a proof that is
	 * not right is refused, never treated as none.
	 *
	 * @throws access.sign-in-needed @throws server.broken  when a wrapped key is damaged, or of another
	 * account.
	 */
	unwrap(
		entries: readonly {
			readonly accountId: string;
			readonly wrapped: string;
			readonly proof: PersonProof | null;
		}[],
	): Promise<Uint8Array[]>;
	/**
	 * A key for the address of one mail, wrapped apart from the keys of people: it opens without a count, and
	 * opens nothing else.
	 */
	newMailKey(mailId: string): Promise<{ readonly dataKey: Uint8Array; readonly wrapped: string }>;
	/**
	 * At most 200 a call.
	 *
	 * @throws server.broken  when one is damaged, of another mail, or the key of an account.
	 */
	openMailKeys(
		entries: readonly { readonly mailId: string; readonly wrapped: string }[],
	): Promise<Uint8Array[]>;
	/**
	 * MACs a session token to its account, after a finished exchange (or another live session of the same
	 * account). Without such a proof - a passkey alone, another provider's word, a new account - it costs as
	 * much as one opening. `tokenHash` is what `hashOf` makes of the token.
	 *
	 * @throws access.sign-in-needed
	 */
	bindSession(input: {
		readonly accountId: string;
		readonly tokenHash: string;
		readonly proof: PersonProof | null;
	}): Promise<string>;
}

/** Which look-up an index is for; indexes of different purposes never match. */
export type BlindIndexPurpose =
	| 'username'
	| 'email'
	| 'unknown-credential'
	| 'sso-subject'
	| 'claim-code'
	| 'server-address'
	| 'server-viewer'
	| 'app-subject'
	| 'user-code';

/**
 * What a signature is for; each purpose has its own key, so that a token of one kind is never valid as
 * another.
 */
export type SigningPurpose =
	| 'event-log'
	| 'capability'
	| 'folder-handle'
	/** JWS over security events, and over how far a server's feed has come. */
	| 'feed-event'
	| 'feed-checkpoint'
	/** JWS by which a media server proves itself to the service that knows its people. */
	| 'server-identity';

/** How the keeper does, for the console and `holdfast doctor`. Holds nothing secret. */
export interface KeeperReport {
	readonly startedAt: number;
	/** Requests answered since the start, by verb. */
	readonly answered: Readonly<Record<string, number>>;
	/** Data keys opened without a person's proof in the last hour: what the budgets will count. */
	readonly meteredOpeningsLastHour: number;
	readonly residentBytes: number;
	/** How the operating system confines the keeper, in words for `holdfast doctor`. */
	readonly confinement: readonly string[];
	readonly setupId: string;
	/** When the recovery kit was taken, or null. */
	readonly kitTakenAt: number | null;
}

/** The seam. One process, one set of keys; disposal ends it. */
export interface Keeper extends AsyncDisposable {
	readonly evaluate: Evaluate;
	readonly wrap: Wrap;
	/**
	 * Keyed hashes of already normalised values, base64url, in the order given; at most 1,000, of 320
	 * characters.
	 */
	blindIndex(purpose: BlindIndexPurpose, values: readonly string[]): Promise<string[]>;
	readonly sign: {
		/** Ed25519 over `purpose` and the bytes; base64url. */
		sign(purpose: SigningPurpose, bytes: Uint8Array): Promise<string>;
		/** The public half of a purpose's key: 32 bytes of Ed25519 as base64url. */
		publicKey(purpose: SigningPurpose): Promise<string>;
		verify(purpose: SigningPurpose, bytes: Uint8Array, signature: string): Promise<boolean>;
	};
	report(): Promise<KeeperReport>;
	/**
	 * Makes the recovery key pair; returns the private half once, as text for people, and keeps the public
	 * half, to which the keeper's keys are sealed beside the keyring.
	 *
	 * @throws accounts.kit.saved-before
	 */
	takeRecoveryKit(input: { readonly serverName: string; readonly serverId: string }): Promise<string>;
	/** Resolves when the process behind this seam is ready. */
	ready(): Promise<void>;
}
