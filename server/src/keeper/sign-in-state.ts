/**
 * The server's half of a sign-in between its two messages, sealed so that it may lie anywhere: AES-256-GCM,
 * one length for everybody, 120 s, single use. The key lives as long as the process, so that a restart,
 * which forgets what was used, also makes everything from before worthless.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { count, idText, object, orNull, text, truth, type ValueOf } from './shape.ts';
import { createSingleUse } from './single-use.ts';
import { Refusal } from './refusal.ts';

const lifetimeMs = 120_000;
/** 120 s at about 1,600 sign-ins a second, which is more than a core can do. */
const entriesMax = 200_000;
const plaintextBytes = 640;
const nonceBytes = 12;
const tagBytes = 16;

const signInState = object({
	id: idText,
	/** Null for a name that nobody has. */
	accountId: orNull(idText),
	serverLoginState: text(256),
	mustReregister: truth,
	expiresAt: count,
});
type SignInState = ValueOf<typeof signInState>;

export interface SignInStates {
	seal(state: Pick<SignInState, 'accountId' | 'serverLoginState' | 'mustReregister'>, nowMs: number): string;
	/**
	 * Opens a state and spends it.
	 *
	 * @throws accounts.flow.expired  when it is not ours, too old, or was used.
	 */
	spend(sealed: string, nowMs: number): SignInState;
}

const padded = (state: SignInState): Buffer => {
	const plaintext = Buffer.alloc(plaintextBytes, ' ');
	if (plaintext.write(JSON.stringify(state)) === plaintextBytes) throw new Refusal('server.broken');
	return plaintext;
};

const open = (key: Uint8Array, sealed: string): unknown => {
	const bytes = Buffer.from(sealed, 'base64url');
	if (bytes.length !== nonceBytes + plaintextBytes + tagBytes) throw new Refusal('accounts.flow.expired');
	const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
		authTagLength: tagBytes,
	});
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	const body = bytes.subarray(nonceBytes, -tagBytes);
	try {
		return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString());
	} catch (cause) {
		throw new Refusal('accounts.flow.expired', { cause });
	}
};

export const createSignInStates = (): SignInStates => {
	const key = randomBytes(32);
	const used = createSingleUse({ spanMs: lifetimeMs, entriesMax });
	return {
		seal: (state, nowMs) => {
			const id = randomBytes(16).toString('base64url');
			const nonce = randomBytes(nonceBytes);
			const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
			const plaintext = padded({ ...state, id, expiresAt: nowMs + lifetimeMs });
			const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
			return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
		},
		spend: (sealed, nowMs) => {
			const state = open(key, sealed);
			if (!signInState(state) || state.expiresAt <= nowMs) throw new Refusal('accounts.flow.expired');
			if (!used.use(state.id, nowMs)) throw new Refusal('accounts.flow.expired');
			return state;
		},
	};
};
