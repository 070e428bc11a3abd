/** The page's still, behind everything, fading into the ground. */
import type { ImageRef } from '@holdfast/contract/fields';
import { Picture } from './picture.tsx';

export function Backdrop({ image }: { readonly image: ImageRef | null }) {
	if (!image) return null;
	return (
		<div className="backdrop" aria-hidden="true">
			<Picture image={image} alt="" sizes="100vw" isPriority largest="full" />
		</div>
	);
}
