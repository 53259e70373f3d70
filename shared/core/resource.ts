/** What is read from a directory by delta. */
export const RESOURCES = ['users', 'groups'] as const;
export type Resource = (typeof RESOURCES)[number];

/**
 * What Run Jobs can be asked for in this version. A resource is read from the directory; `people` derives everybody of
 * the started setups again, from the mirror alone.
 */
export const JOBS = [...RESOURCES, 'people'] as const;
export type Job = (typeof JOBS)[number];
