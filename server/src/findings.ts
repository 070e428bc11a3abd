/** What the server finds when it looks at itself, in plain words, for `holdfast doctor`. */
import type { Finding } from '@holdfast/contract/system';
import type { Kysely } from 'kysely';
import type { Keeper } from './keeper/index.ts';
import type { Config } from './platform/config/config.ts';
import type { Engine } from './platform/db/engine.ts';
import type { FoundTools } from './platform/process/find.ts';

export interface FindingsNeeds {
	readonly config: Config;
	readonly keeper: Pick<Keeper, 'report'>;
	readonly db: { readonly engine: Engine; readonly query: Kysely<never> };
	readonly tools: FoundTools;
	readonly toolConfinement: readonly string[];
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
			'passwords as slowly as Argon2id lets them; he cannot read a password',
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
		finding('ffmpeg', problem === null ? 'good' : 'warning', problem ?? `ffmpeg ${version ?? ''}`),
		...needs.toolConfinement.map((line) => finding('ffmpeg', 'good', line)),
		finding(
			'folders',
			'good',
			`data in ${needs.config.data.folder}, keys in ${needs.config.data.keysFolder}`,
		),
		...thief,
	];
};
