/**
 * What RFC 6381 codec strings say about profile, level and depth, and one short name for each codec. Pure.
 */

export interface CodecTraits {
	readonly profile: string | null;
	readonly level: string | null;
	readonly bitDepth: number | null;
}

const unknown: CodecTraits = { profile: null, level: null, bitDepth: null };

const shortNames: Readonly<Record<string, string>> = {
	avc: 'h264',
	mp4v: 'mpeg4',
	A_ALAC: 'alac',
	ulaw: 'pcm_mulaw',
	alaw: 'pcm_alaw',
	webvtt: 'webvtt',
};

/** The contract's name: `h264`, `aac`, `pcm`; unknown ones as they are, cut to something printable. */
export const shortCodec = (name: string): string => {
	if (name.startsWith('pcm-')) return 'pcm';
	return (
		shortNames[name] ??
		name
			.replace(/[^\w.-]/gu, '')
			.slice(0, 32)
			.toLowerCase()
	);
};

const h264Profiles: Readonly<Record<number, string>> = {
	66: 'baseline',
	77: 'main',
	88: 'extended',
	100: 'high',
	110: 'high10',
	122: 'high422',
	244: 'high444',
	44: 'cavlc444',
};

const h264 = (hex: string): CodecTraits => {
	const profile = Number.parseInt(hex.slice(0, 2), 16);
	const constraints = Number.parseInt(hex.slice(2, 4), 16);
	const level = Number.parseInt(hex.slice(4, 6), 16);
	const name = profile === 66 && (constraints & 0x40) !== 0 ? 'constrained-baseline' : h264Profiles[profile];
	return {
		profile: name ?? String(profile),
		level: `${Math.floor(level / 10)}.${level % 10}`,
		// High 4:2:2 and 4:4:4 may be deeper, which this string does not say.
		bitDepth: profile === 110 ? 10 : profile < 110 && profile !== 44 ? 8 : null,
	};
};

const hevc = (parts: readonly string[]): CodecTraits => {
	const profile = Number(/\d+/u.exec(parts[1] ?? '')?.[0] ?? 0);
	const level = Number(/\d+/u.exec(parts[3] ?? '')?.[0] ?? 0) / 30;
	const names: Readonly<Record<number, string>> = { 1: 'main', 2: 'main10', 3: 'main-still', 4: 'rext' };
	return {
		profile: names[profile] ?? String(profile),
		level: level > 0 ? level.toFixed(1) : null,
		bitDepth: profile === 1 ? 8 : profile === 2 ? 10 : null,
	};
};

const av1 = (parts: readonly string[]): CodecTraits => {
	const level = Number.parseInt(parts[2] ?? '', 10);
	const names = ['main', 'high', 'professional'];
	return {
		profile: names[Number(parts[1])] ?? null,
		level: Number.isNaN(level) ? null : `${2 + (level >> 2)}.${level & 3}`,
		bitDepth: Number(parts[3]) || null,
	};
};

const vp9 = (parts: readonly string[]): CodecTraits => ({
	profile: parts[1] === undefined ? null : String(Number(parts[1])),
	level: parts[2] === undefined ? null : (Number(parts[2]) / 10).toFixed(1),
	bitDepth: Number(parts[3]) || null,
});

const aacProfiles: Readonly<Record<string, string>> = { '2': 'lc', '5': 'he', '29': 'hev2', '42': 'xhe' };

/** Reads a codec string; what it does not say is null. */
export const traitsOf = (codecString: string | null): CodecTraits => {
	if (codecString === null) return unknown;
	const parts = codecString.split('.');
	switch (parts[0]) {
		case 'avc1':
		case 'avc3':
			return /^[0-9a-f]{6}$/iu.test(parts[1] ?? '') ? h264(parts[1] ?? '') : unknown;
		case 'hvc1':
		case 'hev1':
			return hevc(parts);
		case 'av01':
			return av1(parts);
		case 'vp09':
			return vp9(parts);
		case 'mp4a':
			return { ...unknown, profile: aacProfiles[parts[2] ?? ''] ?? null };
		default:
			return unknown;
	}
};
