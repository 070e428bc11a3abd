/** Finds out in which letters a subtitle is written: UTF-8, UTF-16 by its mark, else Windows-1252. */

const decodeStrictly = (bytes: Uint8Array): string | null => {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
};

/** Without its byte order mark. Every byte string is some text in Windows-1252, so this never fails. */
export const decodeText = (bytes: Uint8Array): string => {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
	return decodeStrictly(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
};
