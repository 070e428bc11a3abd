/** The person's picture: shown, chosen, removed. */
import {
	getPicture,
	type Profile,
	pictureBytesMax,
	removePicture,
	setPicture,
} from '@holdfast/contract/people';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { FileTrigger } from 'react-aria-components';
import { ApiFault, call, urlOf } from '../../api/client.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useText } from '../../messages/use-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconPhoto, IconTrash } from '../../ui/icons.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { profileQuery } from './profile-queries.ts';
import { shrinkPicture } from './shrink-picture.ts';

const send = async (file: Blob): Promise<void> => {
	const small = await shrinkPicture(file);
	if (small.size > pictureBytesMax) throw new ApiFault('accounts.picture.unusable', 400);
	const body = new Uint8Array(await small.arrayBuffer());
	await call(setPicture, { body }, { bodyType: small.type });
};

export function PersonPicture({ profile }: { readonly profile: Pick<Profile, 'person' | 'pictureId'> }) {
	const { pictureId, person } = profile;
	if (pictureId === null) {
		return (
			<span className="person-picture person-initial" aria-hidden="true">
				{[...person.displayName][0]?.toUpperCase()}
			</span>
		);
	}
	return <img className="person-picture" src={urlOf(getPicture, { params: { pictureId } })} alt="" />;
}

const useChosen = (refresh: () => Promise<unknown>) => {
	const file = useRef<Blob | null>(null);
	const submit = useSubmit(async () => {
		if (!file.current) return;
		await send(file.current);
		await refresh();
	});
	const choose = (next: Blob | null) => {
		file.current = next;
		submit.onSubmit();
	};
	return { choose, submit };
};

export function PictureSection({ profile }: { readonly profile: Profile }) {
	const text = useText();
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: profileQuery.queryKey });
	const remove = useSubmit(async () => {
		await call(removePicture);
		await refresh();
	});
	const { choose, submit: chosen } = useChosen(refresh);
	return (
		<div className="picture-row">
			<PersonPicture profile={profile} />
			<div className="picture-words">
				<div className="button-row">
					<FileTrigger
						acceptedFileTypes={['image/jpeg', 'image/png', 'image/webp']}
						onSelect={(files) => choose(files?.item(0) ?? null)}
					>
						<Button icon={<IconPhoto />} isPending={chosen.isPending}>
							{text('profile.picture.choose')}
						</Button>
					</FileTrigger>
					{profile.pictureId !== null && (
						<Button
							variant="ghost"
							icon={<IconTrash />}
							isPending={remove.isPending}
							onPress={() => remove.onSubmit()}
						>
							{text('action.remove')}
						</Button>
					)}
				</div>
				<p className="field-note">{text('profile.picture.note')}</p>
				<FaultNotice error={chosen.error ?? remove.error} />
			</div>
		</div>
	);
}
