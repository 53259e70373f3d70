import type { AttributeValue, MirrorUser } from '../../shared/core/mirror-rows.js';
import type { PersonFacts, RecordTie } from '../../shared/core/people/facts.js';

type Attributes = Readonly<Record<string, Exclude<AttributeValue, null>>>;

/** A live user with a name, a mail address and an enabled account, where nothing else is said. */
export function aUser(
  attributes: Attributes = {},
  over: Partial<Omit<MirrorUser, 'attributes'>> = {},
): MirrorUser {
  return {
    id: 'ada',
    presence: 'live',
    managerId: null,
    ...over,
    attributes: {
      accountEnabled: true,
      displayName: 'Ada Lovelace',
      givenName: 'Ada',
      surname: 'Lovelace',
      mail: 'ada@contoso.com',
      userPrincipalName: 'ada.l@contoso.com',
      userType: 'Member',
      ...attributes,
    },
  };
}

/** The facts of a user who is in these groups. */
export function factsOf(user: MirrorUser | null = aUser(), over: Partial<PersonFacts> = {}): PersonFacts {
  return {
    directoryId: user?.id ?? 'ada',
    user,
    manager: null,
    groups: new Set(),
    roleAssignments: new Set(),
    ...over,
  };
}

export function aTie(over: Partial<RecordTie> = {}): RecordTie {
  return { recordId: 'record-1', matchedBy: 'mail', values: {}, ...over };
}
