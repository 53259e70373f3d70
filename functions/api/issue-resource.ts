import { z } from 'zod';
import { ISSUE_CODES, severityOf, type TenantIssue } from '../../shared/core/issues/tenant-issue.js';
import { operatorWords } from '../words/operator.js';
import { instant } from './instant.js';

/** An issue of a tenant, the same wherever its status is shown. */
export const issueResource = z.strictObject({
  code: z.enum(ISSUE_CODES).describe('Stable; docs/operations.md says what to do about each.'),
  severity: z
    .enum(['error', 'warning'])
    .describe('error: the directory is not read, or not to the end; warning: something waits, or will end.'),
  since: instant,
  message: z.string().describe('What happened.'),
  fix: z.string().describe('The one thing to do.'),
  setupId: z.string().optional().describe('The setup that it is about; absent for the whole tenant.'),
  count: z
    .int()
    .min(1)
    .optional()
    .describe('How many removals, messages or things it is about, where they are counted.'),
  runId: z.string().optional().describe('The run that failed last.'),
});

export function toIssueResource(issue: TenantIssue): z.input<typeof issueResource> {
  const { code, since } = issue;
  return {
    ...{ code, severity: severityOf(issue), since, ...operatorWords(issue) },
    ...('setupId' in issue && { setupId: issue.setupId }),
    ...('count' in issue && { count: issue.count }),
    ...('runId' in issue && { runId: issue.runId }),
  };
}
