import type { DirectoryPicture } from './directory-picture.js';

export interface MirrorCounts {
  /** Live ones. */
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** Reads what the product has stored of a tenant. */
export interface MirrorReader {
  picture(tenantId: string): Promise<DirectoryPicture>;
  counts(tenantId: string): Promise<MirrorCounts>;
}
