/**
 * A modal dialog: title, content, buttons. Escape and a press outside close it; focus returns where it was.
 */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../messages/use-text.ts';
import { Button, IconButton, type ButtonVariant } from './button.tsx';
import { IconClose } from './icons.tsx';
import './controls.css';

export interface DialogProps {
	readonly isOpen: boolean;
	readonly onClose: () => void;
	readonly title: string;
	readonly children: ReactNode;
	/** Buttons, the main one last. */
	readonly foot?: ReactNode;
	readonly isWide?: boolean;
	/** It shows what is seen once: only its own buttons close it. */
	readonly isKept?: boolean;
}

export function Dialog({ isOpen, onClose, title, children, foot, isWide, isKept = false }: DialogProps) {
	const text = useText();
	return (
		<ModalOverlay
			isOpen={isOpen}
			onOpenChange={(open) => !open && onClose()}
			isDismissable={!isKept}
			isKeyboardDismissDisabled={isKept}
			className="veil"
		>
			<Modal className={isWide ? 'dialog-frame dialog-frame-wide' : 'dialog-frame'}>
				<AriaDialog className="dialog">
					<div className="dialog-head">
						<Heading slot="title" level={2}>
							{title}
						</Heading>
						{!isKept && <IconButton label={text('action.close')} icon={<IconClose />} onPress={onClose} />}
					</div>
					{children}
					{foot && <div className="dialog-foot">{foot}</div>}
				</AriaDialog>
			</Modal>
		</ModalOverlay>
	);
}

export interface ConfirmDialogProps {
	readonly isOpen: boolean;
	readonly onClose: () => void;
	readonly title: string;
	readonly children: ReactNode;
	/** The words on the button: what will happen. */
	readonly action: string;
	readonly variant?: ButtonVariant;
	readonly isPending?: boolean;
	readonly onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
	action,
	variant = 'primary',
	isPending,
	onConfirm,
	...rest
}: ConfirmDialogProps) {
	const text = useText();
	const foot = (
		<>
			<Button variant="ghost" onPress={rest.onClose}>
				{text('action.cancel')}
			</Button>
			<Button variant={variant} isPending={isPending ?? false} onPress={onConfirm} autoFocus>
				{action}
			</Button>
		</>
	);
	return <Dialog {...rest} foot={foot} />;
}
