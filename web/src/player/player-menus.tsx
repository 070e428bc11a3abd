/** The player's choices: sound, subtitles, speed and quality, each a short list with one mark. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import type { ReactNode } from 'react';
import {
	Button,
	Dialog,
	DialogTrigger,
	Menu,
	MenuItem,
	MenuSection,
	MenuTrigger,
	Header,
	Popover,
} from 'react-aria-components';
import { useIntl } from 'react-intl';
import type { QualityLimit } from './capabilities.ts';
import { Icon, type IconName } from './icons.tsx';
import { trackName } from './language-name.ts';
import { WhyPanel } from './why-panel.tsx';

interface Entry {
	readonly id: string;
	readonly label: string;
}
interface Section {
	readonly label: string;
	readonly entries: readonly Entry[];
	readonly selected: string;
	readonly onSelect: (id: string) => void;
}

interface ChoiceMenuProps {
	readonly label: string;
	readonly icon: IconName;
	readonly sections: readonly Section[];
	readonly onOpenChange: (isOpen: boolean) => void;
}

/** Keys are one space for a whole menu. */
const keyOf = (section: Section, id: string): string => `${section.label} ${id}`;

const ChoiceMenu = ({ label, icon, sections, onOpenChange }: ChoiceMenuProps): ReactNode => (
	<MenuTrigger onOpenChange={onOpenChange}>
		<Button className="player-button" aria-label={label}>
			<Icon name={icon} />
		</Button>
		<Popover className="menu-popover player-popover" placement="top end" offset={14}>
			<Menu className="menu" aria-label={label}>
				{sections.map((section) => (
					<MenuSection
						key={section.label}
						selectionMode="single"
						disallowEmptySelection
						selectedKeys={[keyOf(section, section.selected)]}
						onSelectionChange={(keys) => {
							const [key] = [...keys];
							const entry = section.entries.find(({ id }) => keyOf(section, id) === key);
							if (entry && entry.id !== section.selected) section.onSelect(entry.id);
						}}
					>
						<Header className="player-menu-head">{section.label}</Header>
						{section.entries.map(({ id, label: text }) => (
							<MenuItem
								key={id}
								id={keyOf(section, id)}
								className="menu-item player-menu-item"
								textValue={text}
							>
								<Icon name="check" className="icon player-menu-mark" />
								<span>{text}</span>
							</MenuItem>
						))}
					</MenuSection>
				))}
			</Menu>
		</Popover>
	</MenuTrigger>
);

const none = 'none';

export interface TrackMenuProps {
	readonly plan: PlaybackStart;
	readonly subtitleIndex: number | null;
	readonly onAudio: (audioIndex: number) => void;
	readonly onSubtitle: (trackIndex: number | null) => void;
	readonly onOpenChange: (isOpen: boolean) => void;
}

/** Sound and subtitles in one list. Sound shows only where there is a choice. */
export const TrackMenu = ({
	plan,
	subtitleIndex,
	onAudio,
	onSubtitle,
	onOpenChange,
}: TrackMenuProps): ReactNode => {
	const intl = useIntl();
	const say = (id: string): string => intl.formatMessage({ id });
	const sections: Section[] = [];
	if (plan.audioTracks.length > 1) {
		sections.push({
			label: say('player.audio'),
			entries: plan.audioTracks.map((track) => ({
				id: String(track.audioIndex),
				label: trackName(track, intl.locale),
			})),
			selected: String(plan.audioTracks.find((track) => track.isSelected)?.audioIndex ?? none),
			onSelect: (id) => onAudio(Number(id)),
		});
	}
	if (plan.subtitles.length > 0) {
		const entries = plan.subtitles.map((track, index) => ({
			id: String(index),
			label: trackName(track, intl.locale),
		}));
		sections.push({
			label: say('player.subtitles'),
			entries: [{ id: none, label: say('player.subtitles-off') }, ...entries],
			selected: subtitleIndex === null ? none : String(subtitleIndex),
			onSelect: (id) => onSubtitle(id === none ? null : Number(id)),
		});
	}
	if (sections.length === 0) return null;
	const label = say('player.tracks');
	return <ChoiceMenu label={label} icon="subtitles" sections={sections} onOpenChange={onOpenChange} />;
};

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** What people can ask for: the file as it is, or smaller for a slow line. */
const qualities: readonly (Entry & { readonly limit: QualityLimit })[] = [
	{ id: 'original', label: '', limit: { heightMaxPx: 0, bitrateMaxBps: 0 } },
	{ id: '1080', label: '1080p · 8 Mbit/s', limit: { heightMaxPx: 1080, bitrateMaxBps: 8_000_000 } },
	{ id: '720', label: '720p · 4 Mbit/s', limit: { heightMaxPx: 720, bitrateMaxBps: 4_000_000 } },
	{ id: '480', label: '480p · 1.5 Mbit/s', limit: { heightMaxPx: 480, bitrateMaxBps: 1_500_000 } },
];

export interface SettingsMenuProps {
	readonly rate: number;
	readonly limit: QualityLimit;
	readonly onRate: (rate: number) => void;
	readonly onLimit: (limit: QualityLimit) => void;
	readonly onOpenChange: (isOpen: boolean) => void;
}

/** Quality and speed. */
export const SettingsMenu = ({
	rate,
	limit,
	onRate,
	onLimit,
	onOpenChange,
}: SettingsMenuProps): ReactNode => {
	const intl = useIntl();
	const say = (id: string): string => intl.formatMessage({ id });
	const sections: Section[] = [
		{
			label: say('player.quality'),
			entries: qualities.map(({ id, label }) => ({ id, label: label || say('player.quality-original') })),
			selected:
				qualities.find((quality) => quality.limit.heightMaxPx === limit.heightMaxPx)?.id ?? 'original',
			onSelect: (id) => {
				const quality = qualities.find((candidate) => candidate.id === id);
				if (quality) onLimit(quality.limit);
			},
		},
		{
			label: say('player.speed'),
			entries: rates.map((value) => ({ id: String(value), label: `${intl.formatNumber(value)}×` })),
			selected: String(rate),
			onSelect: (id) => onRate(Number(id)),
		},
	];
	return (
		<ChoiceMenu
			label={say('player.settings')}
			icon="settings"
			sections={sections}
			onOpenChange={onOpenChange}
		/>
	);
};

/** The button that opens the explanation. */
export const WhyButton = ({
	plan,
	onOpenChange,
}: {
	plan: PlaybackStart;
	onOpenChange: (isOpen: boolean) => void;
}): ReactNode => {
	const label = useIntl().formatMessage({ id: 'player.why' });
	return (
		<DialogTrigger onOpenChange={onOpenChange}>
			<Button className="player-button" aria-label={label}>
				<Icon name="info" />
			</Button>
			<Popover className="menu-popover player-popover" placement="top end" offset={14}>
				<Dialog className="player-why-dialog" aria-label={label}>
					<WhyPanel plan={plan} />
				</Dialog>
			</Popover>
		</DialogTrigger>
	);
};
