/**
 * Short messages about what just happened; they leave by themselves and never carry the only copy of
 * something.
 */
import { useEffect, useSyncExternalStore } from 'react';
import { useText } from '../messages/use-text.ts';
import { IconButton } from './button.tsx';
import { IconClose } from './icons.tsx';
import './controls.css';

interface Toast {
	readonly id: number;
	readonly text: string;
}

const shownMs = 6_000;
const toastsMax = 3;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

const publish = (next: readonly Toast[]): void => {
	toasts = next;
	for (const listener of listeners) listener();
};

/** Shows `text` for six seconds; callable from anywhere. */
export const showToast = (text: string): void => {
	publish([...toasts, { id: nextId++, text }].slice(-toastsMax));
};

const dismiss = (id: number): void => publish(toasts.filter((toast) => toast.id !== id));

const subscribe = (listener: () => void) => {
	listeners.add(listener);
	return () => listeners.delete(listener);
};

function ToastEntry({ toast }: { readonly toast: Toast }) {
	const text = useText();
	useEffect(() => {
		const timer = setTimeout(() => dismiss(toast.id), shownMs);
		return () => clearTimeout(timer);
	}, [toast.id]);
	return (
		<div className="toast">
			<span>{toast.text}</span>
			<IconButton label={text('action.close')} icon={<IconClose />} onPress={() => dismiss(toast.id)} />
		</div>
	);
}

/** Mounted once by the shell. */
export function ToastRegion() {
	const shown = useSyncExternalStore(subscribe, () => toasts);
	return (
		<div className="toasts" role="status" aria-live="polite">
			{shown.map((toast) => (
				<ToastEntry key={toast.id} toast={toast} />
			))}
		</div>
	);
}
