/** How far the reading of a library has come; spoken at its start and end, not at every file. */
import type { Library } from '@holdfast/contract/catalogue';
import { useIntl } from 'react-intl';
import { useScans } from '../../api/live-events.ts';
import { useText } from '../../messages/use-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';

/** Nothing where the library rests. */
export function ScanProgress({ library }: { readonly library: Library }) {
	const text = useText();
	const intl = useIntl();
	const scan = useScans().get(library.libraryId);
	const isRunning = scan ? scan.state === 'running' : library.isScanning;
	if (!isRunning) return null;
	const label = text('reading.running', { name: library.name });
	if (!scan) return <ProgressBar label={label} share={null} />;
	if (scan.filesTotal === null)
		return (
			<ProgressBar label={label} share={null} note={text('reading.counting', { seen: scan.filesSeen })} />
		);
	// An unchanged file is seen but not read: what was seen is what was done, once the count is known.
	const done = Math.max(scan.filesProbed, Math.min(scan.filesSeen, scan.filesTotal));
	const note = text('reading.progress', {
		probed: intl.formatNumber(done),
		total: intl.formatNumber(scan.filesTotal),
	});
	return <ProgressBar label={label} share={scan.filesTotal === 0 ? 1 : done / scan.filesTotal} note={note} />;
}
