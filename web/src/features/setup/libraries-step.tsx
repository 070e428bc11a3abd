/** The first libraries, as many as wanted; each is read from the moment it is added. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { librariesQuery } from '../../api/queries.ts';
import { libraryIcon } from '../../app/navigation.tsx';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconPlus } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { LoadingState } from '../../ui/states.tsx';
import { LibraryForm } from '../settings/library-form.tsx';
import './setup.css';

export function LibrariesStep({ onDone }: { readonly onDone: () => void }) {
	const text = useText();
	const { data: libraries, isPending, error } = useQuery(librariesQuery);
	const [isAdding, setIsAdding] = useState(false);
	if (isPending) return <LoadingState />;
	const hasNone = (libraries ?? []).length === 0;
	return (
		<div className="gate-form gate-form-wide">
			<FaultNotice error={error} />
			{!hasNone && (
				<ul className="setup-libraries">
					{libraries?.map((library) => (
						<li key={library.libraryId} className="setup-library">
							{libraryIcon(library.kind)}
							<div>
								<strong>{library.name}</strong>
							</div>
						</li>
					))}
				</ul>
			)}
			{hasNone || isAdding ? (
				<div className="setup-panel">
					<LibraryForm
						onCreated={() => setIsAdding(false)}
						{...(!hasNone && { onCancel: () => setIsAdding(false) })}
					/>
				</div>
			) : (
				<div>
					<Button icon={<IconPlus />} onPress={() => setIsAdding(true)}>
						{text('library.add')}
					</Button>
				</div>
			)}
			<div className="button-row">
				<Button variant={hasNone ? 'ghost' : 'primary'} isLarge onPress={onDone}>
					{hasNone ? text('setup.libraries.later') : text('action.next')}
				</Button>
			</div>
		</div>
	);
}
