/** The door to background work. */
import { migration as job } from './migrations/0001-job.ts';

export { createJobs, type EnqueueOptions, type JobDefinition, type JobQueue, type Jobs } from './jobs.ts';
export { type JobTables, jobTables } from './tables.ts';

/** In order, for the program's list of migrations. */
export const jobMigrations = [job];
