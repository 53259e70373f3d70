import { AccessRefused, NotFound, RequestRefused } from '../../core/failures.js';
import type { ListedRole, RoleList, RoleListState } from '../../core/role-assignment.js';
import type { Connection, Directory, ListedPage } from '../../ports/directory.js';

export interface RoleListReading {
  readonly directory: Pick<
    Directory,
    'appRoleAssignments' | 'directoryRoleMembers' | 'directoryRoleAssignments'
  >;
  readonly connection: Connection;
  pages<Item>(read: (link: string | null) => Promise<ListedPage<Item>>): AsyncIterable<readonly Item[]>;
}

/** `listed` is everybody if the outcome is `read`, some if it is `incomplete`, else nobody. */
export interface ReadRoleList {
  readonly outcome: RoleListState['outcome'];
  readonly listed: readonly ListedRole[];
}

/**
 * Reads one list of roles. The members of a directory role are asked for first, which says whether there is such a
 * role; if Graph may have cut that list, the assignments of the role are read in its place.
 *
 * @throws Throttled, Unavailable, BadPage, CredentialRefused as the directory does
 */
export async function readRoleList(work: RoleListReading, list: RoleList): Promise<ReadRoleList> {
  const { directory, connection } = work;
  try {
    if (list.kind === 'appRoles') {
      const { servicePrincipalId } = list;
      return read(
        await all(work, (link) => directory.appRoleAssignments(connection, servicePrincipalId, link)),
      );
    }
    return await readDirectoryRole(work, list.directoryRole);
  } catch (failure) {
    if (isRefused(failure)) return { outcome: 'refused', listed: [] };
    if (failure instanceof NotFound) return { outcome: 'missing', listed: [] };
    throw failure;
  }
}

async function readDirectoryRole(work: RoleListReading, directoryRole: string): Promise<ReadRoleList> {
  const { directory, connection } = work;
  const found = { isCut: false };
  const members = await all(work, async (link) => {
    const page = await directory.directoryRoleMembers(connection, directoryRole, link);
    found.isCut ||= page.isCut;
    return page;
  });
  if (!found.isCut) return read(members);
  try {
    return read(
      await all(work, (link) => directory.directoryRoleAssignments(connection, directoryRole, link)),
    );
  } catch (failure) {
    const isDenied = isRefused(failure) || failure instanceof RequestRefused || failure instanceof NotFound;
    if (isDenied) return { outcome: 'incomplete', listed: members };
    throw failure;
  }
}

function read(listed: readonly ListedRole[]): ReadRoleList {
  return { outcome: 'read', listed };
}

function isRefused(failure: unknown): boolean {
  return failure instanceof AccessRefused && failure.status === 403;
}

async function all(
  work: RoleListReading,
  readPage: (link: string | null) => Promise<ListedPage<ListedRole>>,
): Promise<ListedRole[]> {
  const listed: ListedRole[] = [];
  for await (const page of work.pages(readPage)) listed.push(...page);
  return listed;
}
