/** What is read from a directory by delta. */
export const RESOURCES = ['users', 'groups'] as const;
export type Resource = (typeof RESOURCES)[number];

/** The jobs that Run Jobs knows in this version; each reads the resource of its name. */
export const JOBS = RESOURCES;
export type Job = Resource;

export function isResource(value: unknown): value is Resource {
  return (RESOURCES as readonly unknown[]).includes(value);
}
