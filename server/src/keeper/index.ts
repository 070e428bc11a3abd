/**
 * The door of the keeper's room. Nothing that touches a key is behind it but the seam, the sealer and the
 * kit.
 */
export type {
	BlindIndexPurpose,
	CredentialRecord,
	Evaluate,
	Keeper,
	KeeperReport,
	PersonProof,
	SigningPurpose,
	Wrap,
} from './keeper.ts';
export { startKeeper, type KeeperNeeds } from './launch.ts';
export { createSealer, type AccountSeal, type SealedAccount, type Sealer } from './sealer.ts';
export { renewRecoveryKit, restoreFromKit, sealedKeysFileName } from './recovery-kit.ts';
export { renewSetUp } from './new-set-up.ts';
export { KeysUnusable } from './key-file.ts';
