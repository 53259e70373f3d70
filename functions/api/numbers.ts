import { z } from 'zod';
import { NUMBER_REASONS, NUMBER_REMARKS, type NumberReason } from '../../shared/core/people/numbers.js';
import type { DerivationPorts } from '../../shared/use-cases/people/derivation-ports.js';
import { explainNumbers, type ExplainedNumbers } from '../../shared/use-cases/people/explain-numbers.js';
import { listNumbers, type NumberedObject } from '../../shared/use-cases/people/list-numbers.js';
import type { NotCounted, NumbersKey } from '../../shared/use-cases/people/numbers-subject.js';
import { groupNotFound, membersHidden, notMirrored, setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList, unknownPosition } from './paging.js';
import { setupId } from './parameters.js';
import { route, type Route } from './route.js';

const counted = { count: z.int().min(0), link: z.url().describe('Address of the list.') };

const numbersResource = z.strictObject({
  exact: z.boolean().describe('False while something that counts was not read to its end.'),
  entra: z.int().min(0).describe('What Entra shows: members directly or through groups, or all users.'),
  people: z.int().min(0).describe('What is shown here.'),
  reasons: z
    .array(
      z.strictObject({
        reason: z.enum(NUMBER_REASONS),
        ...counted,
        countedByEntra: z
          .boolean()
          .describe('entra = people + the counts of all reasons of which this is true.'),
        because: z.string(),
      }),
    )
    .describe('Each object once, under the first reason that applies; reasons of nobody are left out.'),
  remarks: z
    .array(z.strictObject({ remark: z.enum(NUMBER_REMARKS), ...counted }))
    .describe('Worth knowing of those who are counted here.'),
});

const objectResource = z.strictObject({
  id: z.string(),
  type: z.string().describe("Graph's type: user, group, device, servicePrincipal, orgContact."),
  displayName: z.string().nullable(),
  mail: z.string().nullable(),
});

const query = pageQuery.extend({
  setup: setupId
    .optional()
    .describe('As people of this setup; without it everybody who is not deleted counts.'),
  group: z
    .guid()
    .toLowerCase()
    .optional()
    .describe('Of this group; without it of all that the setup looks at.'),
  reason: z
    .enum([...NUMBER_REASONS, ...NUMBER_REMARKS])
    .optional()
    .describe('The list of those counted under this reason or remark, in place of the counts.'),
});
const answer = z.union([numbersResource, listOf(objectResource)]);

export function numberRoutes(dependencies: DerivationPorts): Route[] {
  return [
    route({
      operationId: 'explainNumbers',
      summary: "Why the number of people differs from Entra's, per reason, and the list of each.",
      method: 'GET',
      path: 'v1/tenants/{tenantId}/numbers',
      role: 'Reader',
      query,
      body: null,
      status: 200,
      answer,
      errors: ['SetupNotFound', 'GroupNotFound', 'NotMirrored'],
      async handle(call) {
        const { setup, group, reason } = call.query;
        const { tenantId } = call.parameters;
        const key: NumbersKey = { tenantId, setupId: setup ?? null, groupId: group ?? null };
        if (reason === undefined) {
          const outcome = await explainNumbers(dependencies, key);
          if (outcome.kind !== 'found') throw notCounted(outcome);
          return { body: toNumbersResource(outcome.numbers, call.address) };
        }
        const outcome = await listNumbers(dependencies, key, reason, listRequest(call));
        if (outcome.kind === 'unknownPosition') throw unknownPosition();
        if (outcome.kind !== 'found') throw notCounted(outcome);
        return { body: toList(outcome.page, call, (one: NumberedObject) => one) };
      },
    }),
  ];
}

function notCounted(outcome: NotCounted): Error {
  switch (outcome.kind) {
    case 'tenantNotFound':
      return tenantNotFound();
    case 'setupNotFound':
      return setupNotFound();
    case 'groupNotFound':
      return groupNotFound();
    case 'notMirrored':
      return notMirrored(outcome.groupIds);
    case 'membersHidden':
      return membersHidden();
  }
}

const BECAUSE: Readonly<Record<NumberReason, string>> = {
  nestedGroup: 'Groups are no people: their members are counted, each once.',
  device: 'Devices are no people.',
  servicePrincipal: 'Service principals are no people.',
  contact: 'Contacts were not asked for.',
  otherObject: 'Only users are people.',
  softDeleted: 'In deleted items: Entra hides them too, their memberships stay for when they return.',
  notMirrored: 'Not read yet, or gone since.',
  outsideRootGroup: 'In no group of the scope.',
  excluded: 'In an excluded group.',
  roomOrShared:
    'Disabled account with a mail address and no first or last name: a room, equipment or shared mailbox.',
  disabled: 'Disabled accounts are left out.',
  guest: 'Guests are left out.',
  filtered: 'The filter does not hold.',
  otherConnection: 'The connection attribute has another value.',
  noRecord: 'No record matches, and the setup creates nobody.',
  conflict: 'It fits several records or shares one: an operator has to choose first.',
};

function toNumbersResource(numbers: ExplainedNumbers, address: URL): z.input<typeof numbersResource> {
  const link = (reason: string): string => {
    const list = new URL(address);
    list.searchParams.set('reason', reason);
    return list.href;
  };
  const { exact, entra, people, reasons, remarks } = numbers;
  return {
    exact,
    entra,
    people,
    reasons: NUMBER_REASONS.filter((reason) => reasons[reason].count > 0).map((reason) => ({
      reason,
      count: reasons[reason].count,
      link: link(reason),
      countedByEntra: reason !== 'softDeleted',
      because: BECAUSE[reason],
    })),
    remarks: NUMBER_REMARKS.filter((remark) => remarks[remark].count > 0).map((remark) => ({
      remark,
      count: remarks[remark].count,
      link: link(remark),
    })),
  };
}
