/** What a running scan has seen so far, for one library or all. */
import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { useScans } from '../../api/live-events.ts';
import { librariesQuery } from '../../api/queries.ts';
import { useText } from '../../messages/use-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';

type Scan = ReturnType<typeof useScans> extends ReadonlyMap<string, infer S> ? S : never;

function OneScan({ scan, name }: { readonly scan: Scan; readonly name: string }) {
	const text = useText();
	const intl = useIntl();
	const { filesProbed, filesSeen, filesTotal } = scan;
	const share = filesTotal === null || filesTotal === 0 ? null : Math.min(1, filesProbed / filesTotal);
	const note =
		filesTotal === null
			? text('scan.seen', { count: filesSeen })
			: `${intl.formatNumber(filesProbed)} / ${intl.formatNumber(filesTotal)}`;
	return <ProgressBar label={text('scan.running', { name })} share={share} note={note} />;
}

/** Nothing while nothing is scanned. */
export function ScanProgress({ libraryId }: { readonly libraryId?: string }) {
	const scans = useScans();
	const { data: libraries } = useQuery(librariesQuery);
	const running = [...scans.values()].filter(
		(scan) => scan.state === 'running' && (libraryId === undefined || scan.libraryId === libraryId),
	);
	if (running.length === 0) return null;
	return (
		<div className="scan-progress">
			{running.map((scan) => (
				<OneScan
					key={scan.libraryId}
					scan={scan}
					name={libraries?.find((library) => library.libraryId === scan.libraryId)?.name ?? ''}
				/>
			))}
		</div>
	);
}
