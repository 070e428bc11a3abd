/** Starts the web app. */
import '@fontsource-variable/inter/opsz.css';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Providers } from './app/providers.tsx';
import { ignoreSkippedTransitions } from './app/skipped-transitions.ts';
import { installTrustedTypes } from './app/trusted-types.ts';

installTrustedTypes();
ignoreSkippedTransitions(window);
const container = document.getElementById('app');
if (container) {
	createRoot(container).render(
		<StrictMode>
			<Providers />
		</StrictMode>,
	);
}
