import type { MemberType } from '../mirror-rows.js';
import type { PersonProfile } from './person.js';
import type { OutReason, Presented } from './presented.js';
import type { Unmatched } from './unmatched.js';

/**
 * Why the count of people here differs from Entra's count of members, in the order in which they are told. A
 * `roomOrShared` is a disabled account with a mail address and without first and last name, as Exchange makes them
 * for rooms, equipment and shared mailboxes; nothing else that is mirrored tells them from people.
 */
export const NUMBER_REASONS = [
  'nestedGroup',
  'device',
  'servicePrincipal',
  'contact',
  'otherObject',
  'softDeleted',
  'notMirrored',
  'outsideRootGroup',
  'excluded',
  'roomOrShared',
  'disabled',
  'guest',
  'filtered',
  'otherConnection',
  'noRecord',
  'conflict',
] as const;
export type NumberReason = (typeof NUMBER_REASONS)[number];

/** What is worth knowing of who is counted. */
export const NUMBER_REMARKS = ['noMail', 'conflict', 'disabledAccount', 'guestAccount'] as const;
export type NumberRemark = (typeof NUMBER_REMARKS)[number];

export interface Counted {
  readonly count: number;
  /** Ids in the order in which they came, as many as the tally was asked to keep. */
  readonly ids: readonly string[];
}

/** `entra` = `people` + the counts of all `reasons`; remarks overlap with people. */
export interface Numbers {
  readonly entra: number;
  readonly people: number;
  readonly reasons: Readonly<Record<NumberReason, Counted>>;
  readonly remarks: Readonly<Record<NumberRemark, Counted>>;
}

/** What the mirror does not tell of a user by itself. */
export interface NumberedUser {
  readonly directoryId: string;
  readonly presented: Presented;
  /** Null for who is a person, or becomes one. */
  readonly unmatched: Unmatched | null;
  /** It fits several records, or several fit it. */
  readonly isInConflict: boolean;
}

/** Counts as objects stream by, and keeps the first ids of each list. Each object must come once. */
export class NumbersTally {
  readonly #listed: number;
  readonly #reasons = emptyCounts(NUMBER_REASONS);
  readonly #remarks = emptyCounts(NUMBER_REMARKS);
  #entra = 0;
  #people = 0;

  /** @param listed ids kept of each list, for whoever shows them page by page */
  constructor(listed: number) {
    this.#listed = listed;
  }

  user({ directoryId, presented, unmatched, isInConflict }: NumberedUser): void {
    this.#entra += 1;
    const reason = presented.kind === 'out' ? reasonOf(presented) : unmatched;
    if (reason === null) this.#people += 1;
    else this.#add(this.#reasons[reason], directoryId);
    if (presented.kind === 'out') return;
    if (reason !== null) return;
    if (isInConflict) this.#add(this.#remarks.conflict, directoryId);
    const { mail, accountEnabled, kind } = presented.profile;
    if (mail === null) this.#add(this.#remarks.noMail, directoryId);
    if (accountEnabled === false) this.#add(this.#remarks.disabledAccount, directoryId);
    if (kind === 'guest') this.#add(this.#remarks.guestAccount, directoryId);
  }

  /** A member that is no user. */
  member(id: string, type: Exclude<MemberType, 'user'>): void {
    this.#entra += 1;
    this.#add(this.#reasons[reasonOfType(type)], id);
  }

  result(): Numbers {
    return { entra: this.#entra, people: this.#people, reasons: this.#reasons, remarks: this.#remarks };
  }

  #add(counted: { count: number; ids: string[] }, id: string): void {
    counted.count += 1;
    if (counted.ids.length < this.#listed) counted.ids.push(id);
  }
}

/** Numbers of a whole stream. */
export function countReasons(users: Iterable<NumberedUser>, listed: number): Numbers {
  const tally = new NumbersTally(listed);
  for (const user of users) tally.user(user);
  return tally.result();
}

function emptyCounts<Name extends string>(
  names: readonly Name[],
): Record<Name, { count: number; ids: string[] }> {
  return Object.fromEntries(names.map((name) => [name, { count: 0, ids: [] }])) as unknown as Record<
    Name,
    { count: number; ids: string[] }
  >;
}

function reasonOf({ reason, profile }: Presented & { readonly kind: 'out' }): NumberReason {
  return reason === 'disabled' && profile !== null && isRoomOrShared(profile)
    ? 'roomOrShared'
    : REASON_OF[reason];
}

const REASON_OF: Readonly<Record<OutReason, NumberReason>> = {
  notInDirectory: 'notMirrored',
  deletedInDirectory: 'softDeleted',
  outsideScope: 'outsideRootGroup',
  excluded: 'excluded',
  disabled: 'disabled',
  guest: 'guest',
  filtered: 'filtered',
  otherConnection: 'otherConnection',
};

function isRoomOrShared({ accountEnabled, mail, givenName, surname }: PersonProfile): boolean {
  return accountEnabled === false && mail !== null && givenName === null && surname === null;
}

function reasonOfType(type: Exclude<MemberType, 'user'>): NumberReason {
  switch (type) {
    case 'group':
      return 'nestedGroup';
    case 'device':
      return 'device';
    case 'servicePrincipal':
      return 'servicePrincipal';
    case 'orgContact':
      return 'contact';
    default:
      return 'otherObject';
  }
}
