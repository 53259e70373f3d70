import { z } from 'zod';
import { holdsRole } from '../../shared/core/access.js';
import { MEMBERSHIP_KINDS } from '../../shared/core/catalog/catalog.js';
import type { ExplainedCheck, ExplainedSource, Explanation } from '../../shared/core/people/explanation.js';
import { FIELD_POLICIES } from '../../shared/core/setup/setup.js';
import type { DerivationPorts } from '../../shared/use-cases/people/derivation-ports.js';
import { explainPerson } from '../../shared/use-cases/people/explain-person.js';
import { instant } from './instant.js';
import { notMirrored, personNotFound, setupNotFound, tenantNotFound } from './not-found.js';
import { fieldValue, personResource } from './person-schemas.js';
import { route, type Route } from './route.js';

export const OUT_REASONS = [
  'notInDirectory',
  'deletedInDirectory',
  'outsideScope',
  'excluded',
  'disabled',
  'guest',
  'filtered',
  'otherConnection',
] as const;

const text = z.string().nullable();

const path = z.strictObject({
  groups: z
    .array(z.strictObject({ id: z.string(), name: text }))
    .readonly()
    .describe('From the one that the user is a direct member of to the one that matters.'),
  text: z.string().describe('member of A via B via C'),
});

const grantItem = z.union([
  z.strictObject({ kind: z.literal('role'), id: z.string(), module: text }),
  z.strictObject({ kind: z.literal('membership'), of: z.enum(MEMBERSHIP_KINDS), id: z.string() }),
  z.strictObject({ kind: z.enum(['host', 'organizationalUnit', 'segment']), id: z.string() }),
]);

const explanation = z.strictObject({
  exact: z.boolean().describe('False while something that the setup needs was not read.'),
  setupId: z.string(),
  directoryId: z.string(),
  personId: z.string(),
  verdict: z.enum(['in', 'out']).describe('The person may stand otherwise while a removal waits.'),
  reason: z.enum([...OUT_REASONS, 'conflict', 'noRecord']).nullable(),
  because: z.string(),
  checks: z
    .array(
      z.strictObject({
        check: z.enum(OUT_REASONS),
        result: z.enum(['passed', 'failed', 'notAsked']),
        detail: z.string(),
        paths: z.array(path).readonly(),
      }),
    )
    .readonly(),
  grants: z
    .array(
      z.strictObject({
        grant: grantItem,
        isGiven: z.boolean().describe('False for who is out and would get it.'),
        sources: z
          .array(
            z.strictObject({
              rule: z.string().describe("Place in the setup's document: grants[2]."),
              kind: z.enum(['group', 'appRole', 'directoryRole', 'rule']),
              source: text.describe(
                'Id of the group or role, or the condition, which a Product is not told.',
              ),
              path: path.nullable(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
  fields: z
    .array(
      z.strictObject({
        to: z.string(),
        from: z.string(),
        policy: z.enum(FIELD_POLICIES),
        visible: z.boolean(),
        usableInRules: z.boolean(),
        raw: z.unknown().describe('As the directory has it.'),
        recordValue: text,
        seen: z.union([
          z.strictObject({ kind: z.literal('set'), value: fieldValue }),
          z.strictObject({ kind: z.enum(['clear', 'leave', 'hidden']) }),
        ]),
        because: z.string(),
      }),
    )
    .readonly()
    .describe('A Product sees those that are visible alone.'),
  match: z.strictObject({ recordId: z.string(), matchedBy: personResource.shape.matchedBy }).nullable(),
  recordError: text,
  person: personResource
    .pick({ status: true, statusReason: true, statusSince: true, deleteAfter: true, removalHeld: true })
    .nullable(),
  override: z
    .strictObject({
      kind: z.literal('keep'),
      decidedBy: z.string(),
      decidedAt: instant,
      holds: z.boolean().describe('False where what the person is derived from has changed since.'),
    })
    .nullable(),
  removal: z
    .strictObject({
      kind: z.enum(['staged', 'held', 'approved', 'going']),
      reason: z.string(),
      since: instant,
    })
    .nullable(),
  tooLarge: z
    .strictObject({
      what: text.describe('The property that takes most; null for a Product.'),
      bytes: z.int().nullable().describe('How much it takes; null where the mirror does not hold it either.'),
    })
    .nullable()
    .describe('Why the person is not brought up to date, or does not come: it is more than its rows hold.'),
});
type ExplanationBody = Omit<z.input<typeof explanation>, 'exact'>;

export function personExplanationRoutes(dependencies: DerivationPorts): Route[] {
  return [
    route({
      operationId: 'explainPerson',
      summary: 'Why somebody is a person of a setup or is not, and where each grant and field comes from.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/setups/{setupId}/people/{personId}/explain',
      role: 'Reader',
      orRole: 'Product',
      query: null,
      body: null,
      status: 200,
      answer: explanation,
      errors: ['NotMirrored'],
      async handle({ parameters: { tenantId, setupId, personId }, principal }) {
        const outcome = await explainPerson(dependencies, tenantId, setupId, personId);
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'setupNotFound':
            throw setupNotFound();
          case 'personNotFound':
            throw personNotFound();
          case 'notMirrored':
            throw notMirrored(outcome.groupIds);
          case 'found': {
            const { explanation: whole, exact } = outcome;
            const isReader = holdsRole(principal, 'Reader', tenantId);
            return { body: { ...(isReader ? whole : forProduct(whole)), exact } };
          }
        }
      },
    }),
  ];
}

/** Nothing in it tells the value of a field that is not visible: conditions on it included. */
function forProduct(whole: Explanation): ExplanationBody {
  const checks = whole.checks.map((check) => ({ ...check, detail: plainDetail(check) }));
  return {
    ...whole,
    because: checks.find(({ check }) => check === whole.reason)?.detail ?? whole.because,
    checks,
    fields: whole.fields.filter(({ visible }) => visible),
    grants: whole.grants.map((each) => ({ ...each, sources: each.sources.map(withoutCondition) })),
    override: whole.override === null ? null : { ...whole.override, decidedBy: 'operator' },
    tooLarge: whole.tooLarge === null ? null : { ...whole.tooLarge, what: null },
  };
}

function withoutCondition(
  source: ExplainedSource,
): Omit<ExplainedSource, 'source'> & { source: string | null } {
  return source.kind === 'rule' ? { ...source, source: null } : source;
}

function plainDetail({ check, result, detail }: ExplainedCheck): string {
  switch (check) {
    case 'filtered':
      return result === 'notAsked'
        ? detail
        : `The filter ${result === 'passed' ? 'holds' : 'does not hold'}.`;
    case 'otherConnection':
      return result === 'notAsked'
        ? detail
        : `The connection attribute ${result === 'passed' ? 'fits' : 'does not fit'}.`;
    case 'guest':
    case 'notInDirectory':
    case 'deletedInDirectory':
    case 'outsideScope':
    case 'excluded':
    case 'disabled':
      return detail;
  }
}
