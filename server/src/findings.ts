/** What the server finds when it looks at itself, in plain words, for `holdfast doctor`. */
import type { Finding } from '@holdfast/contract/system';
import type { Kysely } from 'kysely';
import type { Keeper } from './keeper/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Engine } from './platform/db/engine.ts';
import { createEgressClient, EgressRefusal } from './platform/egress/client.ts';
import type { FarStatus } from './access/index.ts';
import type { FoundTools } from './platform/process/find.ts';

export interface FindingsNeeds {
	readonly config: Config;
	readonly keeper: Pick<Keeper, 'report'>;
	readonly db: { readonly engine: Engine; readonly query: Kysely<never> };
	readonly tools: FoundTools;
	readonly toolConfinement: readonly string[];
	readonly clock: Clock;
	readonly serverId: string;
	/** The address that links are made of; null where none is set. */
	readonly publicUrl: string | null;
	/** How mail does; null where no people are known here. */
	readonly readOutbox: (() => Promise<OutboxState>) | null;
	/** What protects sign-in; null where no people are known here. */
	readonly signInProtection: (() => Promise<SignInProtection>) | null;
	/** The far account service; null where people are known here. */
	readonly authority: FarStatus | null;
}

interface SignInProtection {
	readonly isLimitedByNetwork: boolean;
	readonly breachState: 'none' | 'heightened';
}

const ofSignIn = async (read: FindingsNeeds['signInProtection']): Promise<Finding[]> => {
	if (!read) return [];
	const { isLimitedByNetwork, breachState } = await read();
	const limits = isLimitedByNetwork
		? finding('sign-in', 'good', 'attempts to sign in are limited by network')
		: finding(
				'sign-in',
				'warning',
				'most attempts to sign in come from one inner address, so limits by network are off: name the ' +
					'proxy or gateway as HOLDFAST_TRUSTED_PROXIES',
			);
	if (breachState === 'none') return [limits];
	return [limits, finding('sign-in', 'warning', 'sign-in is more careful than usual')];
};

interface OutboxState {
	readonly isConfigured: boolean;
	readonly waiting: number;
	readonly lastError: string | null;
}

const finding = (topic: string, state: Finding['state'], text: string): Finding => ({ topic, state, text });

const ofKeeper = async (keeper: FindingsNeeds['keeper']): Promise<Finding[]> => {
	const report = await keeper.report();
	const confinement = report.confinement.map((line) =>
		finding('keeper', line.startsWith('CAN ') ? 'warning' : 'good', line),
	);
	const kit = report.kitTakenAt === null;
	return [
		...confinement,
		finding(
			'recovery',
			kit ? 'warning' : 'good',
			kit
				? 'the recovery kit was not taken yet: without it, a dead disk takes the keys with it'
				: 'the recovery kit was taken',
		),
	];
};

const answerBytesMax = 8 * 1024;
const answerWaitMs = 5_000;

/** Whether the address that links are made of leads to this very server, as seen from this machine. */
const ofPublicUrl = async ({ clock, serverId, publicUrl }: FindingsNeeds): Promise<Finding[]> => {
	if (publicUrl === null)
		return [finding('address', 'warning', 'no public address is set: the settings page has a place for it')];
	// The owner named this origin, so it may be a private one, as at home.
	const client = createEgressClient({ clock }, { hosts: [], privateOrigins: [publicUrl] });
	try {
		const answer = await client.fetch(`${publicUrl}/api/status`, {
			contentTypes: ['application/json'],
			sizeBytesMax: answerBytesMax,
			timeMs: answerWaitMs,
		});
		const status = JSON.parse(Buffer.from(answer.body).toString()) as { serverId?: unknown };
		if (status.serverId === serverId)
			return [finding('address', 'good', `${publicUrl} leads to this server`)];
		return [finding('address', 'bad', `${publicUrl} leads to another server`)];
	} catch (error) {
		const why = error instanceof EgressRefusal ? error.reason : 'no Holdfast answers there';
		return [finding('address', 'warning', `${publicUrl} could not be reached from here: ${why}`)];
	}
};

const ofMail = async ({ readOutbox }: FindingsNeeds): Promise<Finding[]> => {
	if (!readOutbox) return [];
	const { isConfigured, waiting, lastError } = await readOutbox();
	if (!isConfigured) {
		const waits = waiting === 0 ? '' : `, and ${waiting} mails wait`;
		return [
			finding(
				'mail',
				'warning',
				`no mail server is configured${waits}: a lost password needs a code of an administrator`,
			),
		];
	}
	if (lastError === null) return [finding('mail', 'good', `mail is sent; ${waiting} waiting`)];
	return [finding('mail', 'warning', `${waiting} mails wait. ${lastError}`)];
};

const minuteMs = 60_000;

/** Whether the account service is there, and how old its last good word is. */
const ofAuthority = ({ authority, clock }: FindingsNeeds): Finding[] => {
	if (!authority) return [];
	const { url, alarm, heardAt } = authority;
	const of = (state: Finding['state'], text: string): Finding[] => [finding('authority', state, text)];
	if (alarm !== null) return of('bad', `${url}: ${alarm}`);
	if (!authority.isClaimed) return of('warning', `${url}: nobody has claimed this server yet`);
	if (heardAt === null) return of('warning', `${url} was never heard from since this server was claimed`);
	const minutes = Math.floor((clock.now() - heardAt) / minuteMs);
	const age = `its last checkpoint (${authority.position}) is ${minutes} minutes old`;
	return of(
		authority.isReachable ? 'good' : 'warning',
		`${url} ${authority.isReachable ? 'answers' : 'is away'}; ${age}`,
	);
};

/** Said the same way here, in the console and in the README. */
const thief: readonly Finding[] = [
	finding(
		'thief',
		'good',
		'who copies the database or a backup has no name, no address, no usable token and no password to guess at',
	),
	finding(
		'thief',
		'warning',
		'who has the whole account of this machine (database and keys folder) can open what is sealed, and guess at ' +
			'passwords as slowly as Argon2id lets them; no password can be read',
	),
];

/** Looks at database, keeper, ffmpeg and transport. Never throws: what fails is a finding. */
export const findingsOf = async (needs: FindingsNeeds): Promise<Finding[]> => {
	const guarded = async (topic: string, look: () => Promise<Finding[]>): Promise<Finding[]> => {
		try {
			return await look();
		} catch (error) {
			return [finding(topic, 'bad', error instanceof Error ? error.message : String(error))];
		}
	};
	const database = await guarded('database', async () => {
		const facts = await needs.db.engine.describe(needs.db.query);
		return [
			finding(
				'database',
				'good',
				Object.entries(facts)
					.map(([name, value]) => `${name} ${value}`)
					.join(', '),
			),
		];
	});
	const { version, problem } = needs.tools;
	return [
		...database,
		...(await guarded('keeper', () => ofKeeper(needs.keeper))),
		...(await ofPublicUrl(needs)),
		...ofAuthority(needs),
		...(await guarded('mail', () => ofMail(needs))),
		finding('ffmpeg', problem === null ? 'good' : 'warning', problem ?? `ffmpeg ${version ?? ''}`),
		...needs.toolConfinement.map((line) => finding('ffmpeg', 'good', line)),
		finding(
			'folders',
			'good',
			`data in ${needs.config.data.folder}, keys in ${needs.config.data.keysFolder}`,
		),
		...(await guarded('sign-in', () => ofSignIn(needs.signInProtection))),
		...thief,
	];
};
