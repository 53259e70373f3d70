import { subjectOf, type MatchSubject } from '../../core/matching/match-subject.js';
import type { CompiledSetup } from '../../core/people/compile-setup.js';
import type { MatchStandings } from '../../ports/record-matching.js';
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
  const isMatched = !isDraft && setup.state === 'started';
  if (isMatched && !(await recordMatching.hasNews(setup))) return { of: known, areExact: true };
  const deadline = clock.monotonic() + FORESEE_MS;
  const everybody = () => everyUser(clock, scope, compiled, facts);
  const isLate = (): boolean => clock.monotonic() > deadline;
  const foreseen = await recordMatching.foresee(scope, setup, everybody, isLate);
  if (foreseen === null) return { of: known, areExact: false };
  return { of: () => Promise.resolve(foreseen), areExact: true };
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
