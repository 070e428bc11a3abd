/** A QR code as one path of squares: no canvas, no markup from text. Dark on light in both themes. */
import { useMemo } from 'react';
import { encode } from 'uqr';
import './qr-code.css';

export interface QrCodeProps {
	readonly value: string;
	/** What it is, for those who cannot see it. */
	readonly label: string;
}

/** Readers need four light squares around it. */
const quietSquares = 4;

export function QrCode({ value, label }: QrCodeProps) {
	const { size, path } = useMemo(() => {
		const code = encode(value, { ecc: 'M', border: quietSquares });
		const squares = code.data.flatMap((row, y) =>
			row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
		);
		return { size: code.size, path: squares.join('') };
	}, [value]);
	return (
		<svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
			<path d={path} fill="#000" shapeRendering="crispEdges" />
		</svg>
	);
}
