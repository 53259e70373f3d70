import { GROUP_WORDS, USER_WORDS } from './attribute-words.js';
import { BASE_ATTRIBUTES, selectionOf } from './selection.js';
import { FIELD_CATALOG } from './setup/field-catalog.js';

/** What is kept of a directory, in words for its administrator: phrases that say of what, then the attributes. */
export interface KeptData {
  readonly always: readonly string[];
  /** Kept only if a setup needs it. */
  readonly ifNeeded: readonly string[];
}

const DIRECTORY_EXTENSIONS = 'directory extensions that it names';

/** Returns what is kept of users and groups, from the same lists as the `$select` of Graph. */
export function keptOfDirectory(): KeptData {
  const groups = BASE_ATTRIBUTES.groups.map((name) => wordsOf(GROUP_WORDS, name));
  return {
    always: [
      `of every user: object id, ${wordsOfUsers(BASE_ATTRIBUTES.users).join(', ')}, manager`,
      `of every group: object id, ${groups.join(', ')}`,
      'who and what is a direct member of which group',
    ],
    ifNeeded: [
      `of every user: ${[...keptForSetups(selectable()), DIRECTORY_EXTENSIONS].join(', ')}`,
      'who has the app roles and directory roles that it names',
    ],
  };
}

/** Returns what setups add to what is always kept of users. @param selected names as Graph selects them */
export function keptForSetups(selected: readonly string[]): readonly string[] {
  const base = new Set(BASE_ATTRIBUTES.users);
  return wordsOfUsers(selectionOf('users', selected).filter((name) => !base.has(name)));
}

/** All that a setup can make Graph be asked for, but for directory extensions. */
function selectable(): readonly string[] {
  return [...new Set(FIELD_CATALOG.flatMap(({ select }) => select))].filter((name) => name !== 'manager');
}

/** In the order of the words; directory extensions, which have none, last under their own names. */
function wordsOfUsers(names: readonly string[]): readonly string[] {
  const known = Object.keys(USER_WORDS).filter((name) => names.includes(name));
  const others = names.filter((name) => !known.includes(name));
  return [...known.map((name) => wordsOf(USER_WORDS, name)), ...others];
}

function wordsOf(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}
