/** What is read from a directory by delta. */
export const RESOURCES = ['users', 'groups'] as const;
export type Resource = (typeof RESOURCES)[number];

/** What Run Jobs can be asked for in this version; each job reads the resource of its name. */
export type Job = Resource;
export const JOBS: readonly [Job, Job] = ['users', 'groups'];
