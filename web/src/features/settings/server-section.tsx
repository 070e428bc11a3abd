/** What this server is: version, id, how this page reached it. */
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../../api/queries.ts';
import { useText } from '../../messages/use-text.ts';

export function ServerSection() {
	const text = useText();
	const status = useQuery(statusQuery).data;
	if (!status) return null;
	return (
		<section className="section" aria-labelledby="server">
			<h2 id="server">{text('settings.server')}</h2>
			<div className="panel">
				<dl className="facts">
					<dt>{text('settings.server.version')}</dt>
					<dd>{status.version}</dd>
					<dt>{text('settings.address')}</dt>
					<dd>{status.publicUrl ?? text('settings.address.none')}</dd>
					<dt>{text('settings.server.transport')}</dt>
					<dd>
						{status.isSecureTransport ? text('settings.server.encrypted') : text('settings.server.plain')}
					</dd>
					<dt>{text('settings.server.id')}</dt>
					<dd>
						<code>{status.serverId}</code>
					</dd>
				</dl>
			</div>
		</section>
	);
}
