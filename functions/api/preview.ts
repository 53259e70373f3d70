import { z } from 'zod';
import { PREVIEW_KINDS } from '../../shared/core/people/preview.js';
import type { SetupDocument } from '../../shared/core/setup/setup.js';
import type { DerivationPorts } from '../../shared/use-cases/people/derivation-ports.js';
import type { Preview, PreviewProgress } from '../../shared/use-cases/people/preview-parts.js';
import { previewSetup } from '../../shared/use-cases/people/preview-setup.js';
import type { SetupWarning } from '../../shared/use-cases/setups/judge-setup.js';
import { judgeDraft } from '../../shared/use-cases/setups/judge-draft.js';
import type { SetupPorts } from '../../shared/use-cases/setups/ports.js';
import { previewPosition, progressAt } from '../preview-position.js';
import { SETUP_FAULTS } from './errors.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { unknownPosition } from './paging.js';
import { OUT_REASONS } from './person-explanation.js';
import { LARGEST_SETUP, route, type Route } from './route.js';
import { invalidSetup, setupBody, toWarnings, withoutHead } from './setup-resource.js';
import { documentFrom } from './setup-schemas.js';

export type PreviewDependencies = DerivationPorts &
  Pick<SetupPorts, 'tenants' | 'catalogEntries' | 'mirror' | 'syncStates'>;

const count = z.int().min(0);

function ofEachKind<Value extends z.ZodType>(value: Value) {
  const [create, update, disable, remove, keep, unchanged, conflict] = PREVIEW_KINDS;
  return z.strictObject({
    [create]: value,
    [update]: value,
    [disable]: value,
    [remove]: value,
    [keep]: value.describe('Out of scope, or kept by an operator, and stays.'),
    [unchanged]: value,
    [conflict]: value.describe(
      'Fit several records, or one that others fit too; who is a person already is counted under another kind as well.',
    ),
  });
}

const sample = z.strictObject({
  personId: z.string(),
  directoryId: z.string(),
  displayName: z.string().nullable(),
  reason: z.enum(['inScope', 'override', ...OUT_REASONS]),
  changed: z.array(z.string()).readonly().describe('Names of what would change.'),
});

const previewResource = z.strictObject({
  complete: z
    .boolean()
    .describe('False where only a part was looked at yet: POST the same to nextLink for what comes next.'),
  exact: z
    .boolean()
    .describe(
      'False while something that the setup needs was not read: then nobody is removed. Also where more records wait than a preview matches: then a warning says so.',
    ),
  readiness: z.enum(['waiting', 'partial', 'complete']),
  looked: z
    .strictObject({ users: count, share: z.number().min(0).max(1) })
    .describe('At so many users so far.'),
  matching: z
    .strictObject({
      tied: count,
      suggested: count.describe('Without a tie or conflict, and with suggestions.'),
      conflict: count.describe('Kept from a tie: see conflicts.'),
      new: count.describe('Like none of the records.'),
    })
    .nullable()
    .describe(
      'Users in scope by what matching makes of them, each counted once. Null until everybody was looked at, for a setup without records, and if there is more than a preview matches.',
    ),
  counts: ofEachKind(count).describe('So far, the parts before included.'),
  samples: ofEachKind(z.array(sample).readonly()).describe('The first 20 of each kind in this part.'),
  guard: z
    .strictObject({
      verdict: z.enum(['carryOut', 'hold']),
      removals: count.describe('Changes that the guard has a say in.'),
      held: count.describe('Of these, those that it would hold.'),
      carriedOut: count.describe('Removals within its window already.'),
      active: count,
    })
    .nullable()
    .describe('What the removal guard would say; null until everybody was looked at.'),
  unread: z
    .strictObject({
      attributes: z.array(z.string()).readonly(),
      groups: z.boolean(),
      membersOf: z
        .array(z.string())
        .readonly()
        .describe('Groups whose members, or those of a group beneath, were not read: no setup needed them.'),
      roles: z.array(z.string()).readonly(),
      requests: count
        .nullable()
        .describe('About so many requests to Graph; null where the size is not known, as of groups.'),
    })
    .describe('What the setup needs that was never read, and what reading it costs.'),
  missingGroups: z
    .array(z.string())
    .readonly()
    .describe('Groups of the scope, or that it excludes, that are gone.'),
  hiddenGroups: z
    .array(z.string())
    .readonly()
    .describe(
      'Groups that it names and whose members the application may not read, since they or a group beneath hide them: what they look like adds and removes nobody.',
    ),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), target: z.string() })),
  nextLink: z.url().optional().describe('Absent once complete.'),
});

export function previewRoutes(dependencies: PreviewDependencies): Route[] {
  return [
    route({
      operationId: 'previewSetup',
      summary:
        'What a draft of a setup, or the stored one, would create, change, disable and remove; nothing is written.',
      method: 'POST',
      path: 'v1/tenants/{tenantId}/setups/{setupId}/preview',
      role: 'Operator',
      query: z.strictObject({
        after: z.string().max(2000).optional().describe('Opaque position, as nextLink carries it.'),
      }),
      body: z.preprocess((given) => (isEmpty(given) ? undefined : given), setupBody.optional()),
      ...LARGEST_SETUP,
      status: 200,
      answer: previewResource,
      errors: [...SETUP_FAULTS],
      async handle({ parameters, query: { after }, body, address }) {
        const { tenantId } = parameters;
        const draft = body === undefined ? null : documentFrom(withoutHead(body));
        const warnings = draft === null ? [] : await judged(dependencies, tenantId, draft);
        const progress = after === undefined ? null : progressIn(after);
        const outcome = await previewSetup(dependencies, parameters, draft, progress);
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'setupNotFound':
            throw setupNotFound();
          case 'previewed':
            return { body: toPreviewResource(outcome.preview, warnings, address) };
        }
      },
    }),
  ];
}

function isEmpty(given: unknown): boolean {
  return (
    typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length === 0
  );
}

/** @throws ApiError as saving the draft would */
async function judged(
  dependencies: PreviewDependencies,
  tenantId: string,
  draft: SetupDocument,
): Promise<readonly SetupWarning[]> {
  const outcome = await judgeDraft(dependencies, tenantId, draft);
  if (outcome.kind === 'tenantNotFound') throw tenantNotFound();
  if (outcome.faults.length > 0) throw invalidSetup(outcome.faults);
  return outcome.warnings;
}

function progressIn(after: string): PreviewProgress {
  const progress = progressAt(after);
  if (progress === null) throw unknownPosition();
  return progress;
}

const RECORDS_NOT_MATCHED = {
  code: 'RecordsNotMatched',
  message:
    'There are more records, or decisions, than a preview matches: who is tied to which is as it was matched last. Start the setup; its removal guard holds what is too much.',
  target: 'match',
};

function toPreviewResource(
  preview: Preview,
  warnings: readonly SetupWarning[],
  address: URL,
): z.input<typeof previewResource> {
  const {
    progress,
    buckets,
    samples,
    guard,
    unread,
    readiness,
    missingGroups,
    hiddenGroups,
    recordsMatched,
    matching,
  } = preview;
  const complete = guard !== null;
  const nextLink = new URL(address);
  nextLink.searchParams.set('after', previewPosition(progress));
  return {
    complete,
    exact: readiness === 'complete' && recordsMatched && hiddenGroups.length === 0,
    readiness,
    looked: { users: progress.users, share: buckets === 0 ? 1 : Math.min(1, progress.bucket / buckets) },
    matching,
    counts: progress.counts,
    samples,
    guard: guard === null ? null : { ...guard, held: guard.verdict === 'hold' ? guard.removals : 0 },
    unread,
    missingGroups,
    hiddenGroups,
    warnings: [...toWarnings(warnings), ...(recordsMatched ? [] : [RECORDS_NOT_MATCHED])],
    ...(complete ? {} : { nextLink: nextLink.href }),
  };
}
