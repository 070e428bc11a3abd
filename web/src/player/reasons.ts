/**
 * Why a title reaches this browser the way it does, in words: the plan's reasons become message ids with
 * values.
 */
import type { PlaybackStart, PlanReason } from '@holdfast/contract/playback';
import type { Static } from 'typebox';
import { codecName } from './stream-words.ts';

type Reason = Static<typeof PlanReason>['reason'];

/** A message of `media-en.ts` with what goes into it. */
export interface Sentence {
	readonly id: `player.why.${string}`;
	readonly values: Readonly<Record<string, string>>;
}

const withCodec: ReadonlySet<Reason> = new Set<Reason>([
	'video-codec-not-supported',
	'audio-codec-not-supported',
]);

/** One sentence for one reason; `detail` is a codec where the reason is about codecs. */
export const reasonSentence = ({ reason, detail }: Static<typeof PlanReason>): Sentence => ({
	id: `player.why.${reason}`,
	values: { detail: detail === null ? 'none' : withCodec.has(reason) ? codecName(detail) : detail },
});

const trackSentence = (track: 'video' | 'audio', treatment: PlaybackStart['video']): Sentence[] =>
	treatment === 'none' ? [] : [{ id: `player.why.${track}-${treatment}`, values: {} }];

/** What happens to picture and sound, then why, each sentence once. */
export const planSentences = (
	plan: Pick<PlaybackStart, 'method' | 'video' | 'audio' | 'reasons'>,
): Sentence[] => {
	const whole: Sentence = { id: `player.why.method-${plan.method}`, values: {} };
	const tracks =
		plan.method === 'direct'
			? []
			: [...trackSentence('video', plan.video), ...trackSentence('audio', plan.audio)];
	const all = [whole, ...tracks, ...plan.reasons.map(reasonSentence)];
	const seen = new Set<string>();
	return all.filter(({ id, values }) => {
		const key = `${id} ${values['detail'] ?? ''}`;
		const isNew = !seen.has(key);
		seen.add(key);
		return isNew;
	});
};
