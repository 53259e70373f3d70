import { z } from 'zod';
import { FIELD_POLICIES } from '../../shared/core/setup/setup.js';
import { listFields, type SetupField } from '../../shared/use-cases/setups/list-fields.js';
import type { SetupPorts } from '../../shared/use-cases/setups/ports.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { route, type Route } from './route.js';

const fieldResource = z.strictObject({
  name: z.string().describe('In the product, as a person shows it; where it is not mapped, as source.'),
  source: z.string().describe('Where its values come from: what a mapping has as from.'),
  type: z.enum(['string', 'boolean', 'dateTime', 'any']),
  collection: z.boolean(),
  allowedValues: z.array(z.string()).nullable().describe('Null where it may be anything.'),
  mapped: z.boolean(),
  policy: z.enum(FIELD_POLICIES).nullable().describe('Null where it is not mapped.'),
  visible: z.boolean().describe('Whether the product sees it.'),
  usableInRules: z.boolean().describe('Whether rules and filters may name it by name.'),
});

export function setupFieldRoutes(dependencies: Pick<SetupPorts, 'tenants' | 'setups'>): Route[] {
  return [
    route({
      operationId: 'listSetupFields',
      summary: 'The fields that a setup maps, those of its preset included; all=true adds what it could map.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/setups/{setupId}/fields',
      role: 'Operator',
      query: z.strictObject({
        all: z
          .enum(['true', 'false'])
          .default('false')
          .describe('Also the fields that it could map; directory extensions may be mapped besides.'),
      }),
      body: null,
      status: 200,
      answer: z.strictObject({ value: z.array(fieldResource) }),
      errors: [],
      async handle({ parameters, query }) {
        const outcome = await listFields(dependencies, parameters, query.all === 'true');
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'notFound':
            throw setupNotFound();
          case 'found':
            return { body: { value: outcome.fields.map(toFieldResource) } };
        }
      },
    }),
  ];
}

function toFieldResource({ field, mapping }: SetupField): z.input<typeof fieldResource> {
  const { name: source, type, collection, allowedValues } = field;
  return {
    name: mapping?.to ?? source,
    source,
    type,
    collection,
    allowedValues: allowedValues === null ? null : [...allowedValues],
    mapped: mapping !== null,
    policy: mapping?.policy ?? null,
    visible: mapping?.visible ?? false,
    usableInRules: mapping?.usableInRules ?? true,
  };
}
