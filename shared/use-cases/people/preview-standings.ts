import { subjectOf, type MatchSubject } from '../../core/matching/match-subject.js';
import type { CompiledSetup } from '../../core/people/compile-setup.js';
import type { MatchNumbers, MatchStandings, Pace } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import type { Clock } from '../../ports/clock.js';
import { presentEach } from '../../ports/present-each.js';
import type { DerivationPorts } from './derivation-ports.js';
import type { TenantFacts } from './tenant-facts.js';

/** Matching for a preview: beyond it the standings are those that jobs left. */
const FORESEE_MS = 20_000;

/** Who is tied to which record, for a preview. */
export interface PreviewStandings {
  readonly of: (directoryIds: readonly string[]) => Promise<Pick<MatchStandings, 'ties' | 'inConflict'>>;
  /** Whether they are what a sync would find; else what waits was left out. */
  readonly areExact: boolean;
  /** Null if the setup has no records, or there is more than a preview matches. */
  readonly numbers: () => Promise<MatchNumbers | null>;
}

/**
 * A started setup was matched by jobs. Any other, a draft, or one for which lists or decisions wait, is matched here
 * with everybody who would be in scope.
 * @param isDraft whether the setup is another than the one that jobs know
 */
export async function previewStandings(
  ports: DerivationPorts,
  scope: TenantScope,
  { compiled, isDraft }: { readonly compiled: CompiledSetup; readonly isDraft: boolean },
  facts: TenantFacts,
): Promise<PreviewStandings> {
  const { setup } = compiled;
  const { recordMatching, clock } = ports;
  const known: PreviewStandings['of'] = (ids) => recordMatching.standingsOf(scope, setup, ids);
  const foresee = () =>
    recordMatching.foresee(
      scope,
      setup,
      () => everyUser(clock, scope, compiled, facts),
      paceOf(clock).isLate,
    );
  const isMatched = !isDraft && setup.state === 'started';
  if (isMatched && !(await recordMatching.hasNews(setup))) {
    const numbers = async () => (await foresee())?.numbers(paceOf(clock)) ?? null;
    return { of: known, areExact: true, numbers };
  }
  const foreseen = await foresee();
  if (foreseen === null) return { of: known, areExact: false, numbers: () => Promise.resolve(null) };
  const numbers = () => foreseen.numbers(paceOf(clock));
  return { of: () => Promise.resolve(foreseen), areExact: true, numbers };
}

/** From now on. */
function paceOf(clock: Clock): Pace {
  const deadline = clock.monotonic() + FORESEE_MS;
  return { turn: () => clock.wait(0), isLate: () => clock.monotonic() > deadline };
}

async function* everyUser(
  clock: Clock,
  scope: TenantScope,
  compiled: CompiledSetup,
  facts: TenantFacts,
): AsyncIterable<readonly MatchSubject[]> {
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1) {
    const all = await facts.ofBucket(bucket, []);
    const made = await presentEach(clock, compiled, all);
    yield made.map((one) => subjectOf(one.facts, one.presented));
  }
}
