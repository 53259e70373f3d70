import { z } from 'zod';
import { SETUP_STATES, type Setup } from '../../shared/core/setup/setup.js';
import type { Stored } from '../../shared/ports/registry.js';
import { issuesOfSetup } from '../../shared/core/issues/issues-shown.js';
import type { TenantIssue } from '../../shared/core/issues/tenant-issue.js';
import { currentIssues, type CurrentIssuesPorts } from '../../shared/ports/current-issues.js';
import type { SetupFault } from '../../shared/core/setup/setup-fault.js';
import type { SetupAttention } from '../../shared/core/setup/setup-attention.js';
import { attentionOf } from '../../shared/use-cases/setups/attention-of.js';
import type { SetupWarning } from '../../shared/use-cases/setups/judge-setup.js';
import type { FindingPorts } from '../../shared/use-cases/setups/ports.js';
import { ApiError, ERRORS, ErrorDetails, type ErrorCode, type ErrorDetail } from './errors.js';
import { etagHeader } from './etag.js';
import { instant } from './instant.js';
import { issueResource, toIssueResource } from './issue-resource.js';
import { notLookedAt, setupDocument, toDocument } from './setup-schemas.js';

const warning = z.strictObject({ code: z.string(), message: z.string(), target: z.string() });

/** What is said of a setup besides its document. */
const head = {
  id: z.string(),
  tenantId: z.guid(),
  state: z
    .enum(SETUP_STATES)
    .describe(
      'saved: derives nobody yet; paused: its people stay as they are; removing: they are taken out.',
    ),
  version: z.int().min(1).describe('+1 by every edit of the document.'),
  createdAt: instant,
  changedAt: instant,
  warnings: z
    .array(warning)
    .describe('What could not be checked when it was saved, copied or started, at most a hundred.'),
  attention: z
    .array(warning)
    .describe(
      'What of a started setup went missing in the directory, in the order of the document, at most a hundred; it goes once it is back, or taken out of the setup.',
    ),
  issues: z
    .array(issueResource)
    .describe('Of the issues of the tenant, those of this setup and of the whole tenant.'),
};

export const setupResource = setupDocument.extend(head);

/**
 * The document, and beside it whatever an answer says of the setup: it counts for nothing, so that what was read may be
 * changed and sent back.
 */
export const setupBody = setupDocument.extend(notLookedAt(head));

export function withoutHead(body: z.output<typeof setupBody>): z.output<typeof setupDocument> {
  const { id: _id, tenantId: _tenant, state: _state, version: _version, ...rest } = body;
  const { createdAt: _created, changedAt: _changed, warnings: _warnings, ...more } = rest;
  const { attention: _attention, issues: _issues, ...document } = more;
  return document;
}

export const SETUP_ETAG = { ETag: 'Version of the setup, its state included, for If-Match.' };

/** Warnings named in one answer, and what needs attention; a document of ten thousand groups may have more. */
const MOST_SAID = 100;

/** What is said of a setup, each thing at its place. */
interface Said {
  /** That its tenant has now. */
  readonly issues?: readonly TenantIssue[];
  readonly warnings?: readonly SetupWarning[];
  readonly attention?: readonly SetupAttention[];
}

export function toSetupResource(
  { value }: Stored<Setup>,
  { warnings = [], attention = [], issues = [] }: Said,
): z.output<typeof setupResource> {
  const { setupId: id, tenantId, state, version, createdAt, changedAt, document } = value;
  return {
    ...toDocument(document),
    organizationId: document.organizationId,
    ...{ id, tenantId, state, version, createdAt, changedAt },
    warnings: toWarnings(warnings),
    attention: toWarnings(attention),
    issues: issuesOfSetup(issues, id).map(toIssueResource),
  };
}

/** The first of them. */
export function toWarnings(said: readonly (SetupWarning | SetupAttention)[]): z.output<typeof warning>[] {
  return said.slice(0, MOST_SAID).map(({ code, message, path }) => ({ code, message, target: path }));
}

export async function answeredSetup(
  ports: FindingPorts & CurrentIssuesPorts,
  stored: Stored<Setup>,
  warnings: readonly SetupWarning[] = [],
) {
  const [attention, issues] = await Promise.all([
    attentionOf(ports, stored.value),
    currentIssues(ports, stored.value.tenantId),
  ]);
  return {
    body: toSetupResource(stored, { warnings, attention, issues }),
    headers: { etag: etagHeader(stored.tag) },
  };
}

/**
 * Each fault at its place; the answer itself is that of the first.
 * @param code of the answer where it is another than that of the first fault
 */
export function invalidSetup(faults: readonly SetupFault[], code?: ErrorCode): ApiError {
  const details = ErrorDetails.from(faults.map(detailOf));
  const [first] = details.first;
  if (first === undefined) throw new Error('A setup without a fault is not refused');
  // A fault of what a document names is no thing that the address did not find.
  const own = ERRORS[first.code] === 400 ? first.code : 'InvalidRequest';
  const answer = code ?? own;
  return new ApiError(answer, first.message, {
    ...(first.target === undefined ? {} : { target: first.target }),
    ...(details.count > 1 || answer !== first.code ? { details } : {}),
  });
}

function detailOf({ code, message, path, position }: SetupFault): ErrorDetail {
  const place = position === null ? '' : ` (at character ${position + 1})`;
  return { code, message: `${message.replace(/\.$/, '')}${place}.`, target: path };
}

export function setupPreconditionFailed(): ApiError {
  return new ApiError('PreconditionFailed', 'The setup has changed since that version was read.');
}

export function setupRemoving(): ApiError {
  return new ApiError('SetupRemoving', 'The setup is being removed: its people are taken out.');
}

export function setupTooLarge(): ApiError {
  return new ApiError('BodyTooLarge', 'The setup holds more than can be kept of one: make two of it.');
}
