/** The icon set, drawn for Holdfast on a 24-unit square. Decorative: a control names itself in words. */
import type { ReactNode } from 'react';

export interface IconProps {
	/** Edge length in em of the surrounding text; 1.4 unless told. */
	readonly sizeEm?: number;
	readonly isFilled?: boolean;
	readonly className?: string;
}

const icon = (drawing: ReactNode) =>
	// biome-ignore lint/correctness/noComponentHookFactories: called once for each icon, when this file loads
	function Icon({ sizeEm = 1.4, isFilled = false, className }: IconProps) {
		return (
			<svg
				aria-hidden="true"
				className={className}
				viewBox="0 0 24 24"
				width={`${sizeEm}em`}
				height={`${sizeEm}em`}
				fill={isFilled ? 'currentColor' : 'none'}
				stroke="currentColor"
				strokeWidth="1.8"
				strokeLinecap="round"
				strokeLinejoin="round"
			>
				{drawing}
			</svg>
		);
	};

export const IconHome = icon(
	<path d="M4 10.5 12 4l8 6.500V19a1 1 0 0 1-1 1h-4.500v-5.500h-5V20H5a1 1 0 0 1-1-1z" />,
);
export const IconSearch = icon(
	<>
		<circle cx="11" cy="11" r="6.500" />
		<path d="m16 16 4.500 4.500" />
	</>,
);
export const IconFilm = icon(
	<>
		<rect x="3.500" y="5" width="17" height="14" rx="2.500" />
		<path d="M8 5v14M16 5v14M3.500 9.700H8M3.500 14.300H8M16 9.700h4.500M16 14.300h4.500" />
	</>,
);
export const IconSeries = icon(
	<>
		<rect x="3.500" y="7.500" width="17" height="12" rx="2.500" />
		<path d="m8 3.500 4 4 4-4" />
	</>,
);
export const IconMusic = icon(
	<>
		<circle cx="7" cy="17.500" r="2.750" />
		<circle cx="17" cy="15.500" r="2.750" />
		<path d="M9.750 17.500V6.800l10-2.300v11" />
	</>,
);
export const IconPhoto = icon(
	<>
		<rect x="3.500" y="4.500" width="17" height="15" rx="2.500" />
		<circle cx="8.700" cy="9.500" r="1.600" />
		<path d="m4 17 5-4.500 3.500 3 3-2.500 4.500 4" />
	</>,
);
export const IconSettings = icon(
	<>
		<path d="M4 7h9M18 7h2M4 17h2M11 17h9" />
		<circle cx="15.500" cy="7" r="2.500" />
		<circle cx="8.500" cy="17" r="2.500" />
	</>,
);
export const IconShield = icon(
	<>
		<path d="M12 3.500 5 6v5.500c0 4.300 2.900 7.400 7 9 4.100-1.600 7-4.700 7-9V6z" />
		<path d="m9 11.800 2.200 2.200 4-4.200" />
	</>,
);
export const IconSignOut = icon(
	<path d="M14 4.500H7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h7M10.500 12H20m-3.500-3.500L20 12l-3.500 3.500" />,
);
export const IconPerson = icon(
	<>
		<circle cx="12" cy="8" r="3.750" />
		<path d="M4.800 20c.8-3.600 3.600-5.500 7.200-5.500s6.400 1.900 7.200 5.500" />
	</>,
);
export const IconPlay = icon(
	<path d="M7.500 5.200v13.600a.8.8 0 0 0 1.200.7l11-6.800a.8.8 0 0 0 0-1.400l-11-6.800a.8.8 0 0 0-1.200.7z" />,
);
export const IconCheck = icon(<path d="m5 12.500 4.700 4.700L19.500 7" />);
export const IconClose = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const IconChevronRight = icon(<path d="m9.500 5.500 6.500 6.500-6.500 6.500" />);
export const IconChevronLeft = icon(<path d="M14.500 5.500 8 12l6.500 6.500" />);
export const IconChevronDown = icon(<path d="m5.500 9 6.500 6.500L18.500 9" />);
export const IconPlus = icon(<path d="M12 5v14M5 12h14" />);
export const IconFolder = icon(
	<path d="M3.500 7a2 2 0 0 1 2-2h3.800l2.200 2.500h7a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2z" />,
);
export const IconEye = icon(
	<>
		<path d="M2.800 12S6 5.800 12 5.800 21.200 12 21.200 12 18 18.200 12 18.200 2.800 12 2.800 12z" />
		<circle cx="12" cy="12" r="2.800" />
	</>,
);
export const IconEyeOff = icon(
	<path d="M4 4l16 16M9.900 6.100A9 9 0 0 1 12 5.800c6 0 9.200 6.200 9.200 6.200a15 15 0 0 1-2.700 3.500M6.200 7.800A15 15 0 0 0 2.800 12S6 18.200 12 18.200a8.700 8.700 0 0 0 4.300-1.100M10 10a2.800 2.800 0 0 0 4 4" />,
);
export const IconWarning = icon(
	<>
		<path d="M10.700 4.400 3 17.700a1.500 1.500 0 0 0 1.300 2.300h15.400a1.500 1.500 0 0 0 1.300-2.300L13.300 4.400a1.500 1.500 0 0 0-2.600 0z" />
		<path d="M12 9.500v4.300M12 17v.01" />
	</>,
);
export const IconInfo = icon(
	<>
		<circle cx="12" cy="12" r="8.500" />
		<path d="M12 11.200V16M12 8v.01" />
	</>,
);
export const IconOffline = icon(
	<path d="M4 4l16 16M5 12.500a10 10 0 0 1 4-2.500M2.500 9.200A14 14 0 0 1 6.600 6.500M13.500 9.700a10 10 0 0 1 5.500 2.800M21.500 9.200A14 14 0 0 0 11 5.600M8.500 16a5 5 0 0 1 5.500-1M12 19.500v.01" />,
);
export const IconRefresh = icon(
	<path d="M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4.200h-4.200" />,
);
export const IconTrash = icon(
	<path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12.500h9.400L17.500 7M10.200 10.500v5.500M13.800 10.500v5.500" />,
);
export const IconCopy = icon(
	<>
		<rect x="8.500" y="8.500" width="11" height="11" rx="2" />
		<path d="M15.500 5.500a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1" />
	</>,
);
export const IconDownload = icon(<path d="M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 19.500h14" />);
export const IconPrint = icon(
	<path d="M7.500 9V4.500h9V9M7.500 16.500H5a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v5.500a1 1 0 0 1-1 1h-2.500M7.500 13.500h9v6h-9z" />,
);
export const IconBrowser = icon(
	<>
		<rect x="3.500" y="5" width="17" height="14" rx="2.500" />
		<path d="M3.500 9.500h17M6.700 7.300v.01M9.200 7.300v.01" />
	</>,
);
export const IconPhone = icon(
	<>
		<rect x="7" y="3.500" width="10" height="17" rx="2.500" />
		<path d="M11 17.500h2" />
	</>,
);
export const IconTelevision = icon(
	<>
		<rect x="3" y="5" width="18" height="12" rx="2" />
		<path d="M8 20h8" />
	</>,
);
export const IconTerminal = icon(
	<>
		<rect x="3.500" y="5" width="17" height="14" rx="2.500" />
		<path d="m7.500 10 2.500 2.300-2.500 2.300M12.500 15h4" />
	</>,
);
export const IconDice = icon(
	<>
		<rect x="4" y="4" width="16" height="16" rx="3.500" />
		<path
			d="M8.500 8.500v.01M15.500 8.500v.01M12 12v.01M8.500 15.500v.01M15.500 15.500v.01"
			strokeWidth="2.600"
		/>
	</>,
);
export const IconKey = icon(
	<>
		<circle cx="8" cy="15.500" r="4.250" />
		<path d="m11 12.500 8.500-8.500M15.500 8l3 3M17.700 5.800l1.800 1.800" />
	</>,
);
export const IconApp = icon(
	<>
		<rect x="4" y="4" width="6.800" height="6.800" rx="1.800" />
		<rect x="13.200" y="4" width="6.800" height="6.800" rx="1.800" />
		<rect x="4" y="13.200" width="6.800" height="6.800" rx="1.800" />
		<rect x="13.200" y="13.200" width="6.800" height="6.800" rx="1.800" />
	</>,
);
export const IconServer = icon(
	<>
		<rect x="3.500" y="4.500" width="17" height="6.500" rx="2" />
		<rect x="3.500" y="13" width="17" height="6.500" rx="2" />
		<path d="M7.200 7.750v.01M7.200 16.250v.01M10.500 7.750h6M10.500 16.250h6" />
	</>,
);
export const IconLink = icon(
	<path d="M10 14a4.200 4.200 0 0 0 6.100.4l3-3a4.240 4.240 0 0 0-6-6l-1.500 1.500M14 10a4.200 4.200 0 0 0-6.100-.4l-3 3a4.240 4.240 0 0 0 6 6l1.500-1.500" />,
);
export const IconMail = icon(
	<>
		<rect x="3.500" y="5.500" width="17" height="13" rx="2.500" />
		<path d="m4.500 7.500 7.500 5.800 7.500-5.800" />
	</>,
);
export const IconLock = icon(
	<>
		<rect x="5" y="10.500" width="14" height="9.500" rx="2.500" />
		<path d="M8 10.500V8a4 4 0 0 1 8 0v2.500M12 14.200v2" />
	</>,
);
export const IconHistory = icon(
	<>
		<path d="M4.500 12a7.500 7.500 0 1 0 2.300-5.400L4.500 8.700M4.500 4v4.700h4.700" />
		<path d="M12 8v4.300l2.900 1.700" />
	</>,
);
export const IconPencil = icon(
	<path d="m5 19 .8-3.800L15.600 5.400a1.700 1.700 0 0 1 2.400 0l.6.6a1.700 1.700 0 0 1 0 2.400L8.800 18.200zM13.800 7.200l3 3" />,
);
