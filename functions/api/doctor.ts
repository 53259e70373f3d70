import { z } from 'zod';
import { CATALOG, type FindingCode } from '../../shared/core/doctor/catalog.js';
import { examineTenant } from '../../shared/use-cases/examine-tenant/examine-tenant.js';
import type { ExamineTenantPorts } from '../../shared/use-cases/examine-tenant/ports.js';
import { examinationFindings } from '../words/doctor.js';
import { tenantNotFound } from './not-found.js';
import { listOf } from './paging.js';
import { route, type Route } from './route.js';

export type DoctorDependencies = Omit<ExamineTenantPorts, 'notificationUrl'> & {
  readonly publicUrl: string;
};

const codes = Object.keys(CATALOG) as [FindingCode, ...FindingCode[]];

const findingResource = z.strictObject({
  code: z.enum(codes).describe('Stable; docs/doctor.md lists every one.'),
  severity: z
    .enum(['error', 'warning', 'info'])
    .describe(
      'error: the directory cannot be read, or will not be; warning: it will get worse; info: as wanted.',
    ),
  message: z.string().describe('What is wrong.'),
  fix: z.string().describe('The one thing to do.'),
});

export function doctorRoutes(dependencies: DoctorDependencies): Route[] {
  return [
    route({
      operationId: 'examineTenant',
      summary:
        "What is wrong with the tenant's connection and its syncs, the gravest first, each with one fix; empty if nothing is.",
      method: 'GET',
      path: 'v1/tenants/{tenantId}/doctor',
      role: 'Operator',
      query: null,
      body: null,
      status: 200,
      answer: listOf(findingResource),
      errors: [],
      async handle({ parameters }) {
        const notificationUrl = `${dependencies.publicUrl}/api/graph/notifications`;
        const examination = await examineTenant({ ...dependencies, notificationUrl }, parameters.tenantId);
        if (examination === null) throw tenantNotFound();
        return { body: { value: [...examinationFindings(examination)] } };
      },
    }),
  ];
}
