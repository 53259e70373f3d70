import { z } from 'zod';
import { MEMBERSHIP_KINDS } from '../../shared/core/catalog/catalog.js';
import { MATCH_KEYS } from '../../shared/core/setup/setup.js';
import { instant } from './instant.js';

export const PERSON_STATUSES = ['active', 'disabled', 'removed'] as const;
const STATUS_REASONS = ['inScope', 'leftScope', 'accountDisabled', 'deletedInDirectory'] as const;

const ids = z.array(z.string()).readonly();
const text = z.string().nullable();

/** What a field may hold. */
export const fieldValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).readonly(),
  z.null(),
]);

export const personResource = z.strictObject({
  id: z.string().describe('{setupId}.{directoryId}: survives rename, soft delete and return.'),
  tenantId: z.guid(),
  setupId: z.string(),
  organizationId: z.string(),
  customerType: text,
  kind: z.enum(['user', 'guest', 'contact']),
  directoryId: z.string(),
  recordId: text.describe('Id of the record in the product; null where it is tied to none.'),
  matchedBy: z.enum([...MATCH_KEYS, 'chosen', 'created']).nullable(),
  recordError: text.describe('Why the product refused the person.'),
  status: z.enum(PERSON_STATUSES),
  statusReason: z.enum(STATUS_REASONS),
  statusSince: instant,
  deleteAfter: instant.nullable().describe('When a disabled person is removed.'),
  removalHeld: z.boolean().describe('The removal guard holds the removal of this person.'),
  accountEnabled: z.boolean().nullable(),
  displayName: text,
  givenName: text,
  surname: text,
  mail: text,
  mailSource: z.enum(['mail', 'userPrincipalName']).nullable(),
  userPrincipalName: text,
  initials: text,
  attributes: z
    .record(z.string(), fieldValue)
    .describe("By name in the product: a value = set, null = clear, absent = leave the product's own."),
  manager: z.strictObject({ directoryId: z.string(), personId: text, name: text, mail: text }).nullable(),
  roles: z.array(z.strictObject({ id: z.string(), module: text })).readonly(),
  memberships: z.array(z.strictObject({ kind: z.enum(MEMBERSHIP_KINDS), id: z.string() })).readonly(),
  hostsOf: ids.describe('Ids of receptions.'),
  organizationalUnits: ids,
  segments: ids.describe('group:{groupId} or rule:{id}.'),
  version: z.int().min(1).describe('+1 per visible change.'),
  createdAt: instant,
  changedAt: instant,
  asOf: instant,
});

export const hostResource = z.strictObject({
  id: z.string().describe('{setupId}.{receptionId}.{directoryId}'),
  tenantId: z.guid(),
  setupId: z.string(),
  receptionId: z.string(),
  directoryId: z.string(),
  personId: text.describe('Null where the host is no person of the setup.'),
  displayName: text,
  mail: text,
});
