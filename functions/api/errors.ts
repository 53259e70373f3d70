import { SETUP_FAULT_CODES } from '../../shared/core/setup/setup-fault.js';

/** Every error code of the API with its HTTP status; a code never changes its meaning. Listed in docs/api.md. */
export const ERRORS = {
  InvalidJson: 400,
  InvalidRequest: 400,
  UnknownField: 400,
  ConfirmationRequired: 400,
  CloudNotServed: 400,
  BundleNotServed: 400,
  TenantUnknown: 400,
  WrongCloud: 400,
  Contradiction: 400,
  Duplicate: 400,
  GroupDeleted: 400,
  GroupNotSecurityEnabled: 400,
  InvalidCondition: 400,
  InvalidName: 400,
  InvalidValue: 400,
  NotSupported: 400,
  NotUsableInRules: 400,
  TooMany: 400,
  UnknownAttribute: 400,
  UnknownCatalogEntry: 400,
  UnsupportedAttribute: 400,
  SignInRequired: 401,
  RoleRequired: 403,
  TenantNotFound: 404,
  RunNotFound: 404,
  UserNotFound: 404,
  GroupNotFound: 404,
  DeadLetterNotFound: 404,
  AccessNotFound: 404,
  OrganizationNotFound: 404,
  CatalogEntryNotFound: 404,
  SetupNotFound: 404,
  SetupTemplateNotFound: 404,
  PersonNotFound: 404,
  PersonSyncNotFound: 404,
  SegmentNotFound: 404,
  OverrideNotFound: 404,
  RecordNotFound: 404,
  MatchNotFound: 404,
  UploadNotFound: 404,
  DisconnectionNotFound: 404,
  AdminLinkNotFound: 404,
  RecordTaken: 409,
  NoRecords: 409,
  RecordsPending: 409,
  UserNotInScope: 409,
  TenantExists: 409,
  WrongRegion: 409,
  RequestUnderWay: 409,
  OutcomeUnknown: 409,
  OrganizationInUse: 409,
  CatalogEntryInUse: 409,
  SetupExists: 409,
  SetupInvalid: 409,
  SetupStarted: 409,
  SetupNotStarted: 409,
  SetupRemoving: 409,
  CredentialRefused: 409,
  TenantAwaitingConsent: 409,
  TenantPaused: 409,
  TenantDisconnecting: 409,
  NotReplayable: 409,
  ChangedMeanwhile: 409,
  NotMirrored: 409,
  PreconditionFailed: 412,
  RepeatabilityMismatch: 412,
  RepeatabilityExpired: 412,
  BodyTooLarge: 413,
  InternalError: 500,
  ServiceUnavailable: 503,
  DirectoryUnavailable: 503,
  QueueUnavailable: 503,
  NotReady: 503,
} as const;
export type ErrorCode = keyof typeof ERRORS;

/** What a setup that is not right is answered; others may stand in the details. */
export const SETUP_FAULTS: readonly ErrorCode[] = SETUP_FAULT_CODES.filter((code) => ERRORS[code] === 400);

export interface ErrorDetail {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field at fault, as a path: `jobs[0]`, `credential.clientId`. */
  readonly target?: string;
}

/** Thrown by whoever answers a request with one of the errors above. */
export class ApiError extends Error {
  readonly target: string | null;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    more: {
      readonly target?: string;
      readonly details?: readonly ErrorDetail[];
      readonly headers?: Readonly<Record<string, string>>;
      /** For the log alone; never answered. */
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ApiError';
    this.target = more.target ?? null;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
  }
}

/** The error body of the Azure REST API guidelines. */
export function errorBody(error: ApiError): object {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.target === null ? {} : { target: error.target }),
      ...(error.details.length === 0 ? {} : { details: error.details }),
    },
  };
}

/** Where nobody named a time, so long. */
const RETRY_AFTER_MS = 5000;

/** Retry-After in whole seconds, never early. */
export function retryAfter(milliseconds: number | null): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil((milliseconds ?? RETRY_AFTER_MS) / 1000))) };
}
