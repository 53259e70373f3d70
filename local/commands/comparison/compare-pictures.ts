import type { ComparedAttributes, DirectoryPicture } from './directory-picture.js';

/** What came of comparing a product's picture with the directory's. */
export interface Comparison {
  /** Rows that were compared: users, soft-deleted users, groups and memberships of the directory. */
  readonly rows: number;
  readonly differences: number;
  /** The first differences, in words. */
  readonly reasons: readonly string[];
}

const mostReasons = 20;

/** Compares every row and every attribute; equal means that nothing is missing, too much or different. */
export function comparePictures(product: DirectoryPicture, directory: DirectoryPicture): Comparison {
  const found = [
    ...compareObjects('user', product.users, directory.users),
    ...compareKeys('soft-deleted user', product.deletedUsers, directory.deletedUsers),
    ...compareObjects('group', product.groups, directory.groups),
    ...compareMemberships(product.memberships, directory.memberships),
  ];
  return {
    rows:
      directory.users.size + directory.deletedUsers.size + directory.groups.size + directory.memberships.size,
    differences: found.length,
    reasons: found.slice(0, mostReasons),
  };
}

function* compareObjects(
  kind: string,
  product: ReadonlyMap<string, ComparedAttributes>,
  directory: ReadonlyMap<string, ComparedAttributes>,
): Generator<string> {
  yield* compareKeys(kind, new Set(product.keys()), new Set(directory.keys()));
  for (const [id, wanted] of directory) {
    const given = product.get(id);
    if (given === undefined) continue;
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
      const [is, should] = [JSON.stringify(given[name]), JSON.stringify(wanted[name])];
      if (is !== should) yield `${kind} ${id}: ${name} is ${is} and should be ${should}`;
    }
  }
}

function* compareKeys(
  kind: string,
  product: ReadonlySet<string>,
  directory: ReadonlySet<string>,
): Generator<string> {
  for (const id of directory) if (!product.has(id)) yield `${kind} ${id} is missing`;
  for (const id of product) if (!directory.has(id)) yield `${kind} ${id} is not in the directory`;
}

function* compareMemberships(
  product: ReadonlyMap<string, string>,
  directory: ReadonlyMap<string, string>,
): Generator<string> {
  const inWords = (key: string): string => `membership of ${key.split(' ').reverse().join(' in ')}`;
  for (const [key, type] of directory) {
    const given = product.get(key);
    if (given === undefined) yield `${inWords(key)} is missing`;
    else if (given !== type) yield `${inWords(key)} is of type ${given} and should be of type ${type}`;
  }
  for (const key of product.keys()) {
    if (!directory.has(key)) yield `${inWords(key)} is not in the directory`;
  }
}
