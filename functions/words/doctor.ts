import type { FindingCode } from '../../shared/core/doctor/catalog.js';
import { finding, ordered, type Finding } from '../../shared/core/doctor/finding.js';
import { severityOf, type IssueCode, type TenantIssue } from '../../shared/core/issues/tenant-issue.js';
import type { Examination } from '../../shared/use-cases/examine-tenant/examine-tenant.js';
import { operatorWords } from './operator.js';

const CODES: Readonly<Record<IssueCode, FindingCode>> = {
  parked: 'TenantParked',
  runsFailing: 'RunsFailing',
  secretExpired: 'SecretExpired',
  secretExpiring: 'SecretExpiring',
  removalsHeld: 'RemovalsHeld',
  deadLetters: 'DeadLetters',
  setupAttention: 'SetupNeedsAttention',
  noSubscriptions: 'SubscriptionMissing',
  notificationsSilent: 'NotificationsSilent',
};

/** The doctor's findings, the gravest first. An issue is said in its own words, in place of what was found of the same. */
export function examinationFindings({ findings, issues }: Examination): readonly Finding[] {
  const fromIssues = issues.map(issueFinding);
  const codes = new Set(fromIssues.map(({ code }) => code));
  return ordered([...fromIssues, ...findings.filter(({ code }) => !codes.has(code))]);
}

/** An issue as the doctor says it. */
export function issueFinding(issue: TenantIssue): Finding {
  const { message, fix } = operatorWords(issue);
  const parked = issue.code === 'parked' ? `The tenant is parked since ${issue.since.slice(0, 10)}: ` : '';
  return finding(CODES[issue.code], { severity: severityOf(issue), message: parked + message, fix });
}
