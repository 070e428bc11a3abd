/** What a file is, by its first bytes; its name is never believed. Pure. */

export type Sniffed =
	| { readonly kind: 'media'; readonly container: string; readonly demuxer: string }
	| { readonly kind: 'picture'; readonly container: string }
	/** A playlist or document in media's clothes: names other files, and is never followed. */
	| { readonly kind: 'refers-elsewhere' }
	| { readonly kind: 'unknown' };

const media = (container: string, demuxer = container): Sniffed => ({ kind: 'media', container, demuxer });
const picture = (container: string): Sniffed => ({ kind: 'picture', container });

/** Signatures at a fixed place, as Latin-1 text. */
const signatures: readonly (readonly [offset: number, text: string, is: Sniffed])[] = [
	[0, '\x1aE\xdf\xa3', media('matroska')],
	[0, 'OggS', media('ogg')],
	[0, 'fLaC', media('flac')],
	[0, 'MAC ', media('ape')],
	[0, 'wvpk', media('wavpack', 'wv')],
	[0, 'MPCK', media('musepack', 'mpc8')],
	[0, 'MP+', media('musepack', 'mpc')],
	[0, 'TTA1', media('tta')],
	[0, 'tBaK', media('tak')],
	[0, 'DSD ', media('dsf')],
	[0, 'FRM8', media('dff', 'iff')],
	[0, 'caff', media('caf')],
	[0, '.snd', media('au')],
	[0, '#!AMR', media('amr')],
	[0, 'FLV\x01', media('flv')],
	[0, '.RMF', media('rm')],
	[0, 'DKIF', media('ivf')],
	[0, 'nut/multimedia container', media('nut')],
	[0, '\x06\x0e\x2b\x34', media('mxf')],
	[0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11', media('asf')],
	[0, '\x00\x00\x01\xba', media('mpegps', 'mpeg')],
	[0, '\x00\x00\x01\xb3', media('mpegvideo')],
	[0, '\x0b\x77', media('ac3')],
	[0, '\x7f\xfe\x80\x01', media('dts')],
	[0, 'riff\x2e\x91\xcf\x11', media('w64')],
	[0, '\xff\xd8\xff', picture('jpeg')],
	[0, '\x89PNG\r\n\x1a\n', picture('png')],
	[0, 'GIF8', picture('gif')],
	[0, 'II*\x00', picture('tiff')],
	[0, 'MM\x00*', picture('tiff')],
	[0, 'BM', picture('bmp')],
	[0, '\xff\x0a', picture('jxl')],
	[0, '\x00\x00\x00\x0cJXL ', picture('jxl')],
];

const riffForms: Readonly<Record<string, Sniffed>> = {
	'AVI ': media('avi'),
	WAVE: media('wav'),
	WEBP: picture('webp'),
};

const pictureBrands: ReadonlySet<string> = new Set([
	'heic',
	'heix',
	'heim',
	'heis',
	'mif1',
	'msf1',
	'hevc',
	'hevx',
]);
const boxNames: ReadonlySet<string> = new Set(
	'ftyp moov mdat moof free skip wide pnot styp sidx prft emsg uuid pdin'.split(' '),
);

const boxKind = (head: string): Sniffed | null => {
	const name = head.slice(4, 8);
	if (!boxNames.has(name)) return null;
	const brand = name === 'ftyp' ? head.slice(8, 12) : '';
	if (pictureBrands.has(brand)) return picture('heif');
	if (brand === 'avif') return picture('avif');
	return media(brand === 'qt  ' || name !== 'ftyp' ? 'mov' : 'mp4', 'mov');
};

const isTransportStream = (bytes: Uint8Array): boolean => {
	const synced = (start: number, step: number): boolean =>
		bytes.length > start + step * 2 && [0, 1, 2].every((index) => bytes[start + index * step] === 0x47);
	return synced(0, 188) || synced(4, 192);
};

/** ADTS or MPEG audio by its frame header; ID3 tags may stand before. */
const frameKind = (bytes: Uint8Array): Sniffed | null => {
	const [first = 0, second = 0, third = 0] = bytes;
	if (first !== 0xff || (second & 0xe0) !== 0xe0) return null;
	if ((second & 0xf6) === 0xf0) return media('adts', 'aac');
	const isValid =
		(second & 0x18) !== 0x08 && (second & 0x06) !== 0 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
	return isValid ? media('mp3') : null;
};

const playlistStart =
	/^(?:#EXTM3U|#EXTINF|#EXT-X-|ffconcat|file\s+['"]?\S|\[playlist\]|\[reference\]|rtsptext|<\?xml|<\s*(?:mpd|asx|smil|html|svg|playlist|!doctype)|https?:\/\/|concat:|subfile|data:|rtmp|rtsp:)/iu;

const looksLikeText = (bytes: Uint8Array): boolean =>
	bytes.length > 0 &&
	bytes.subarray(0, 512).every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);

/** Names the kind of a file from its first bytes (a few kilobytes are enough). */
export const sniff = (bytes: Uint8Array): Sniffed => {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1');
	const text = head
		.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/u, '')
		.replaceAll('\0', '')
		.trimStart();
	if (playlistStart.test(text)) return { kind: 'refers-elsewhere' };
	for (const [offset, signature, is] of signatures) if (head.startsWith(signature, offset)) return is;
	if (/^(?:RIFF|RF64|BW64)/u.test(head)) return riffForms[head.slice(8, 12)] ?? { kind: 'unknown' };
	if (head.startsWith('FORM') && /^AIF[FC]/u.test(head.slice(8, 12))) return media('aiff');
	if (head.startsWith('ID3')) return media('mp3');
	const box = boxKind(head);
	if (box) return box;
	if (isTransportStream(bytes)) return media('mpegts');
	const frame = frameKind(bytes);
	if (frame) return frame;
	if (looksLikeText(bytes)) return { kind: 'unknown' };
	return { kind: 'unknown' };
};
