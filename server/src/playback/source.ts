/** A file opened for packaging, as far as cutting it needs. */

/** The part of `OpenFile` that cutting reads through; tests give one over bytes. */
export interface SourceFile extends AsyncDisposable {
	readonly sizeBytes: number;
	/** Exactly `lengthBytes` from `offset`, fewer only at the end of the file. */
	readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}
