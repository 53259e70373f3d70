import { compileSetup, type CompiledSetup } from '../../core/people/compile-setup.js';
import type { PersonFacts } from '../../core/people/facts.js';
import { overrideHolds } from '../../core/people/input-hash.js';
import type { Person } from '../../core/people/person.js';
import { personIdOf } from '../../core/people/person.js';
import type { Presented } from '../../core/people/presented.js';
import { PREVIEW_KINDS, previewOf, type Previewed, type PreviewKind } from '../../core/people/preview.js';
import { readingOfUser } from '../../core/people/unread-values.js';
import { judgeRemovals, windowBegin } from '../../core/removal-guard.js';
import { requirementsOf } from '../../core/setup/requirements.js';
import type { Setup, SetupDocument } from '../../core/setup/setup.js';
import type { MatchNumbers } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import { presentEach } from '../../ports/present-each.js';
import type { DerivationPorts } from './derivation-ports.js';
import { previewStandings, type PreviewStandings } from './preview-standings.js';
import type { Preview, PreviewProgress, PreviewSample } from './preview-parts.js';
import { readingOf, type Reading } from './reading-of.js';
import { scopeOf } from './setup-in-sight.js';
import { groupsThatMatter, TenantFacts } from './tenant-facts.js';

export type PreviewSetupOutcome =
  | { readonly kind: 'previewed'; readonly preview: Preview }
  | { readonly kind: 'tenantNotFound' | 'setupNotFound' };

/**
 * A preview ends the bucket that it is in after it looked for so long, and goes on where it is asked again. Reading the
 * memberships, which every part has to do, comes on top.
 */
const BUDGET_MS = 20_000;
const SAMPLES = 20;

/**
 * What a setup would do to its people, by the mirror as it is now. Nothing is written. Memory does not grow with the
 * number of people, only with that of memberships.
 *
 * @param draft null for the document that is stored
 * @param progress what the part before answered; null at first
 */
export async function previewSetup(
  ports: DerivationPorts,
  key: { readonly tenantId: string; readonly setupId: string },
  draft: SetupDocument | null,
  progress: PreviewProgress | null,
): Promise<PreviewSetupOutcome> {
  const { tenantId, setupId } = key;
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const stored = (await ports.setups.get(tenantId, setupId))?.value ?? null;
  const now = new Date(ports.clock.now()).toISOString();
  const setup = draft === null ? stored : drafted(key, stored, draft, now);
  if (setup === null) return { kind: 'setupNotFound' };
  const compiled = compileSetup(setup, await ports.catalogEntries.whole(setup.document.organizationId));
  const scope = scopeOf(tenantId, tenant.value.bucketCount);
  const run = new PreviewRun(ports, { compiled, isDraft: draft !== null }, now, progress ?? NOTHING_YET);
  const preview = await run.run(scope);
  return { kind: 'previewed', preview };
}

function drafted(
  key: { readonly tenantId: string; readonly setupId: string },
  stored: Setup | null,
  document: SetupDocument,
  now: string,
): Setup {
  const head = stored ?? { ...key, state: 'saved', version: 1, createdAt: now, changedAt: now };
  return { ...head, document };
}

const NOTHING_YET: PreviewProgress = {
  bucket: 0,
  users: 0,
  counts: byKind(() => 0),
  removals: 0,
  leaving: 0,
  active: 0,
};

function byKind<Value>(make: () => Value): Record<PreviewKind, Value> {
  return Object.fromEntries(PREVIEW_KINDS.map((kind) => [kind, make()])) as Record<PreviewKind, Value>;
}

/** One part of a preview. */
class PreviewRun {
  private readonly counts: Record<PreviewKind, number>;
  private readonly samples = byKind<PreviewSample[]>(() => []);
  private bucket: number;
  private users: number;
  private removals: number;
  private leaving: number;
  private active: number;
  private missing: readonly string[] = [];
  private hidden: readonly string[] = [];
  private mayRemove = false;
  private recordsMatched = true;
  private matching: MatchNumbers | null = null;
  private readonly compiled: CompiledSetup;
  private readonly attributes: readonly string[];
  private readonly named: readonly string[];

  constructor(
    private readonly ports: DerivationPorts,
    private readonly of: { readonly compiled: CompiledSetup; readonly isDraft: boolean },
    private readonly now: string,
    begun: PreviewProgress,
  ) {
    this.compiled = of.compiled;
    const { userAttributes, groups } = requirementsOf(of.compiled.setup.document);
    this.attributes = userAttributes;
    this.named = groups;
    this.counts = { ...begun.counts };
    ({ bucket: this.bucket, users: this.users } = begun);
    ({ removals: this.removals, leaving: this.leaving, active: this.active } = begun);
  }

  async run(scope: TenantScope | null): Promise<Preview> {
    const { ports, compiled } = this;
    const reading = await readingOf(ports, compiled.setup, scope);
    const buckets = scope?.bucketCount ?? 0;
    if (scope !== null) {
      this.mayRemove = reading.readiness === 'complete';
      await this.lookAtBuckets(scope, reading);
    }
    const guard = this.bucket >= buckets ? await this.judged() : null;
    const { bucket, users, counts, removals, leaving, active, samples, missing, recordsMatched } = this;
    const progress = { bucket, users, counts, removals, leaving, active };
    const { readiness, unreadOf } = reading;
    const unread = unreadOf(bucket === 0 ? 0 : Math.ceil((users * buckets) / bucket));
    const found = {
      readiness,
      unread,
      missingGroups: missing,
      hiddenGroups: this.hidden,
      recordsMatched,
      matching: this.matching,
    };
    return { ...found, progress, buckets, samples, guard };
  }

  private async lookAtBuckets(scope: TenantScope, { groupsRead, showsHidden }: Reading): Promise<void> {
    const { ports, compiled } = this;
    const everybody = await TenantFacts.read(ports, scope, groupsThatMatter(compiled));
    const standings = await previewStandings(ports, scope, this.of, everybody);
    this.recordsMatched = standings.areExact;
    // Only now: a part of a tenant whose memberships take long to read would look at a single bucket.
    const deadline = ports.clock.monotonic() + BUDGET_MS;
    const { scopeGroups, excludedGroups } = compiled;
    if (groupsRead)
      this.missing = [...scopeGroups, ...excludedGroups].filter((id) => !everybody.liveGroups.has(id));
    const hiding = everybody.hidingGroups();
    if (!showsHidden) this.hidden = this.named.filter((id) => hiding.has(id));
    do {
      await this.lookAt(scope, everybody, standings);
      this.bucket += 1;
    } while (this.bucket < scope.bucketCount && ports.clock.monotonic() < deadline);
    if (this.bucket >= scope.bucketCount) this.matching = await standings.numbers();
  }

  private async lookAt(
    scope: TenantScope,
    everybody: TenantFacts,
    matching: PreviewStandings,
  ): Promise<void> {
    const { ports, compiled } = this;
    const { setupId, tenantId } = compiled.setup;
    const people = new Map<string, Person>();
    for await (const page of ports.people.scan(scope, setupId, this.bucket))
      for (const person of page) people.set(person.directoryId, person);
    const facts = await everybody.ofBucket(this.bucket, people.keys());
    const ids = facts.map(({ directoryId }) => directoryId);
    const known = [...people.keys()];
    const [standings, overrides] = await Promise.all([
      matching.of(ids),
      known.length === 0 ? new Map<string, never>() : ports.overrides.read(tenantId, setupId, known),
    ]);
    for (const { facts: one, presented } of await presentEach(ports.clock, compiled, facts)) {
      const id = one.directoryId;
      const previous = people.get(id) ?? null;
      if (standings.inConflict.has(id)) {
        this.add('conflict', one, previous, 'inScope', []);
        // As in a sync: whether somebody new is a record or not is an operator's to say first.
        if (previous === null || previous.status === 'removed') {
          this.users += one.user === null ? 0 : 1;
          continue;
        }
      }
      const tie = standings.ties.get(id) ?? null;
      this.judge(one, presented, { previous, tie, isKept: overrideHolds(overrides.get(id), compiled, one) });
    }
  }

  private judge(
    facts: PersonFacts,
    made: Presented,
    of: Pick<Parameters<typeof previewOf>[2], 'previous' | 'tie' | 'isKept'>,
  ): void {
    const { directoryId, user } = facts;
    const { presented, isUndecided } = readingOfUser(made, facts, this.attributes);
    if (user !== null) this.users += 1;
    const wasInScope = of.previous?.statusReason === 'inScope';
    if (wasInScope) this.active += 1;
    if (this.isWithheld(presented, of.previous)) return;
    const mayRemove = this.mayRemove && !isUndecided && !this.isBroken(presented);
    const found = previewOf(this.compiled, presented, { directoryId, ...of, mayRemove, now: this.now });
    if (found === null) return;
    if (found.isRemoval) this.removals += 1;
    if (found.isRemoval && wasInScope) this.leaving += 1;
    this.add(found.kind, facts, of.previous, found.reason, found.changed);
  }

  /** As in a sync: nobody is removed for a group of the scope that is gone or hides its members. */
  private isBroken(presented: Presented): boolean {
    if (presented.kind !== 'out' || presented.reason !== 'outsideScope') return false;
    return [...this.missing, ...this.hidden].some((id) => this.compiled.scopeGroups.has(id));
  }

  /** As in a sync: nobody is added while a group that excludes is gone or hides its members. */
  private isWithheld(presented: Presented, previous: Person | null): boolean {
    if (presented.kind !== 'in' || previous?.statusReason === 'inScope') return false;
    return [...this.missing, ...this.hidden].some((id) => this.compiled.excludedGroups.has(id));
  }

  private add(
    kind: PreviewKind,
    { directoryId, user }: PersonFacts,
    previous: Person | null,
    reason: Previewed['reason'],
    changed: readonly string[],
  ): void {
    this.counts[kind] += 1;
    if (this.samples[kind].length >= SAMPLES) return;
    const name = user?.attributes['displayName'] ?? previous?.displayName ?? null;
    this.samples[kind].push({
      personId: personIdOf(this.compiled.setup.setupId, directoryId),
      directoryId,
      displayName: typeof name === 'string' ? name : null,
      reason,
      changed,
    });
  }

  private async judged(): Promise<NonNullable<Preview['guard']>> {
    const { tenantId, setupId, document } = this.compiled.setup;
    const guard = document.removalGuard;
    const since = windowBegin(guard, this.now);
    const noted = await this.ports.removals.countSince(tenantId, setupId, since);
    const carriedOut = noted.removals;
    const { removals, leaving, active } = this;
    const situation = { staged: removals, leaving, carriedOut, active, lost: noted.losses };
    const verdict = judgeRemovals(guard, situation);
    return { verdict: removals === 0 ? 'carryOut' : verdict, removals, carriedOut, active };
  }
}
