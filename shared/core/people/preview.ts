import type { CompiledSetup } from './compile-setup.js';
import { fittingPerson } from './fitting-person.js';
import type { MayRemove, NextPerson } from './next-person.js';
import type { RecordTie } from './facts.js';
import type { Person } from './person.js';
import type { OutReason, Presented } from './presented.js';

/** What would come to somebody; a user in conflict who is a person already is counted under another kind as well. */
export const PREVIEW_KINDS = [
  'create',
  'update',
  'disable',
  'remove',
  'keep',
  'unchanged',
  'conflict',
] as const;
export type PreviewKind = (typeof PREVIEW_KINDS)[number];

export interface Previewed {
  readonly kind: Exclude<PreviewKind, 'conflict'>;
  readonly reason: 'inScope' | 'override' | OutReason;
  /** Names of what would change, as a change names them. */
  readonly changed: readonly string[];
  /** The removal guard has a say in it. */
  readonly isRemoval: boolean;
}

/** What is known of somebody whose next state is looked at. */
export interface PreviewOf {
  readonly directoryId: string;
  readonly previous: Person | null;
  readonly tie: RecordTie | null;
  /** False where the setup is not read completely: nobody goes. */
  readonly mayRemove: boolean;
  readonly isKept: boolean;
  readonly now: string;
}

/** What would come to somebody where the guard let every removal pass; null where there is and comes nobody. */
export function previewOf(compiled: CompiledSetup, presented: Presented, of: PreviewOf): Previewed | null {
  const next = (mayRemove: MayRemove): NextPerson =>
    fittingPerson(compiled, presented, { ...of, mayRemove }).next;
  const asked = next(of.mayRemove ? 'askGuard' : 'no');
  const isRemoval = asked.kind === 'stageRemoval';
  const final = isRemoval ? next('yes') : asked;
  const kind = kindOf(final, of);
  if (kind === null) return null;
  const changed = final.kind === 'write' ? final.change.changed : [];
  if (presented.kind === 'in') return { kind, reason: 'inScope', changed, isRemoval };
  return of.isKept
    ? { kind: 'keep', reason: 'override', changed, isRemoval }
    : { kind, reason: presented.reason, changed, isRemoval };
}

function kindOf(next: NextPerson, { previous }: PreviewOf): Previewed['kind'] | null {
  switch (next.kind) {
    case 'nobody':
      return null;
    case 'unchanged':
      return previous === null || previous.status === 'removed' ? null : 'unchanged';
    case 'stageRemoval':
      return 'remove';
    case 'write':
      return kindOfChange(next.change.before, next.change.after);
  }
}

function kindOfChange(before: Person | null, after: Person): Previewed['kind'] {
  if (before === null || before.status === 'removed') return 'create';
  if (after.status === 'removed') return 'remove';
  if (after.status === 'disabled' && before.status !== 'disabled') return 'disable';
  return before.statusReason === 'inScope' && after.statusReason !== 'inScope' ? 'keep' : 'update';
}
