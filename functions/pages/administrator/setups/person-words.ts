import type {
  ExplainedCheck,
  ExplainedSource,
  Explanation,
  SeenField,
} from '../../../../shared/core/people/explanation.js';
import type { Person, StatusReason } from '../../../../shared/core/people/person.js';

const REASON_WORDS: Readonly<Record<StatusReason, string>> = {
  inScope: 'in the setup',
  leftScope: 'left the setup',
  accountDisabled: 'account disabled',
  deletedInDirectory: 'deleted in Entra',
};

/** How a person stands now, a few words. */
export function standingWords({
  status,
  statusReason,
  removalHeld,
}: Pick<Person, 'status' | 'statusReason' | 'removalHeld'>): string {
  const held = removalHeld ? ', removal held' : '';
  return `${status === 'active' ? 'active' : `${status}: ${REASON_WORDS[statusReason]}`}${held}`;
}

/** Why somebody is in or out, and what to do about it. @param operator name of the operator */
export function verdictWords(
  { verdict, reason, checks, person, removal }: Explanation,
  operator: string,
): string {
  if (verdict === 'in' || reason === null) return 'Every check of the setup is passed.';
  switch (reason) {
    case 'notInDirectory':
      return 'There is no such user in the directory any more.';
    case 'deletedInDirectory':
      return 'The user is deleted in Entra. Restore the user there to bring the person back.';
    case 'outsideScope':
      if (person?.statusReason === 'inScope' && removal === null)
        return 'The user is in none of the groups of this setup now, and stays as before. If a group was deleted in Entra, bring it back there, or choose another group.';
      return 'The user is in none of the groups of this setup. Add the user to one of them in Entra, or choose another group.';
    case 'excluded':
      return 'The user is in a group that this setup excludes. Remove the user from that group in Entra.';
    case 'disabled':
      return 'The account is disabled in Entra, and this setup leaves such accounts out.';
    case 'guest':
      return 'The user is a guest, and this setup leaves guests out.';
    case 'filtered':
    case 'otherConnection':
      return `${checks.find(({ check }) => check === reason)?.detail ?? ''} ${operator} can change that.`.trim();
    case 'conflict':
      return `The user fits several records of the product, or shares one with somebody. ${operator} has to choose.`;
    case 'noRecord':
      return `No record of the product fits the user, and this setup adds nobody without one. ${operator} can add the record.`;
  }
}

const CHECK_WORDS: Readonly<Record<ExplainedCheck['check'], string>> = {
  notInDirectory: 'is in the directory',
  deletedInDirectory: 'is not deleted',
  outsideScope: 'is in a group of the setup',
  excluded: 'is in no excluded group',
  disabled: 'has an enabled account',
  guest: 'is no guest',
  filtered: 'fits the filter',
  otherConnection: 'has the connection attribute',
};

export function checkWords({ check }: Pick<ExplainedCheck, 'check'>): string {
  return CHECK_WORDS[check];
}

/** What gives something to a person: `member of A via B`. */
export function sourceWords({ kind, source, path }: ExplainedSource): string {
  switch (kind) {
    case 'group':
      return path?.text ?? `member of ${source}`;
    case 'appRole':
      return `has the app role ${source}`;
    case 'directoryRole':
      return `has the directory role ${source}`;
    case 'rule':
      return `fits the rule ${source}`;
  }
}

/** What the product is shown of an attribute. */
export function seenWords(seen: SeenField): string {
  switch (seen.kind) {
    case 'set':
      return typeof seen.value === 'object' ? seen.value.join(', ') : String(seen.value);
    case 'clear':
      return 'empty';
    case 'leave':
      return 'left as the product has it';
    case 'hidden':
      return 'not shared';
  }
}
