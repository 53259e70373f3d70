import type { TooLarge } from '../people/person-size.js';
import type { Warning } from '../round.js';

/** A user of whom a setup makes more than is kept of one person. */
export interface OversizedUser extends TooLarge {
  readonly directoryId: string;
}

const MOST_NAMED = 3;
/** Properties of a person that hold what the setup gives. */
const GIVEN: ReadonlySet<string> = new Set(['roles', 'memberships', 'hostsOf', 'organizationalUnits']);

/** One entry per part of the setup that makes people too large. */
export function oversizeAttention(
  users: readonly OversizedUser[],
): readonly { readonly path: string; readonly code: 'PersonTooLarge'; readonly message: string }[] {
  const paths = ['attributes', 'grants', 'segments'] as const;
  return paths.flatMap((path) => {
    const some = users.filter(({ what }) => pathOf(what) === path);
    return some.length === 0
      ? []
      : [{ path, code: 'PersonTooLarge', message: `${whoIsTooLarge(some)} ${WHAT_TO_DO[path]}` }];
  });
}

/** What runs report of people whom they could not bring up to date. */
export function oversizeWarnings(users: readonly OversizedUser[]): readonly Warning[] {
  if (users.length === 0) return [];
  return [{ code: 'PersonTooLarge', message: whoIsTooLarge(users), count: users.length }];
}

const WHAT_TO_DO = {
  attributes: 'Shorten the value in the directory, or take its field out of the setup.',
  grants: 'Give them less.',
  segments: 'Put them in fewer groups, or list the groups that are segments.',
} as const;

function pathOf(what: string): keyof typeof WHAT_TO_DO {
  if (what === 'segments') return 'segments';
  return GIVEN.has(what) ? 'grants' : 'attributes';
}

function whoIsTooLarge(users: readonly OversizedUser[]): string {
  const named = users.slice(0, MOST_NAMED).map(({ directoryId, what, bytes }) => {
    const size = bytes === null ? 'more than a row holds' : `${Math.ceil(bytes / 1024)} KiB`;
    return `${directoryId} (${what}: ${size})`;
  });
  const rest = users.length > MOST_NAMED ? `, and ${users.length - MOST_NAMED} more` : '';
  return (
    `Users have more than a row of a person holds: ${named.join(', ')}${rest}. ` +
    'Who is a person already loses what it is not given any more, and else stays as it was; nobody new comes of them.'
  );
}
