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

/** Details that one answer names; of the others it says how many they are. */
const MOST_DETAILS = 20;
/** Characters of what an answer repeats of a request: names of fields may be as long as its body. */
const LONGEST_MESSAGE = 1_000;
const LONGEST_TARGET = 300;
/** Left at the end where a text was cut. */
const HALF_A_LETTER = /[\ud800-\udbff]$/;

/** The first details of an error, and how many they are. However many are added, it stays small. */
export class ErrorDetails {
  readonly #first: ErrorDetail[] = [];
  #count = 0;

  static from(details: Iterable<ErrorDetail>): ErrorDetails {
    const all = new ErrorDetails();
    for (const detail of details) all.add(detail);
    return all;
  }

  add(detail: ErrorDetail): void {
    this.#count += 1;
    if (this.#first.length < MOST_DETAILS) this.#first.push(detail);
  }

  get count(): number {
    return this.#count;
  }

  get first(): readonly ErrorDetail[] {
    return this.#first;
  }
}

/** Thrown by whoever answers a request with one of the errors above. */
export class ApiError extends Error {
  readonly target: string | null;
  readonly details: ErrorDetails;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    more: {
      readonly target?: string;
      readonly details?: ErrorDetails;
      readonly headers?: Readonly<Record<string, string>>;
      /** For the log alone; never answered. */
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ApiError';
    this.target = more.target ?? null;
    this.details = more.details ?? new ErrorDetails();
    this.headers = more.headers ?? {};
  }
}

/** The error body of the Azure REST API guidelines. */
export function errorBody({ code, message, target, details }: ApiError): object {
  const { first, count } = details;
  const omitted = count - first.length;
  return {
    error: {
      ...boundedDetail({ code, message: omitted === 0 ? message : `${message} ${remaining(omitted)}` }),
      ...(target === null ? {} : { target: shortened(target, LONGEST_TARGET) }),
      ...(count === 0 ? {} : { details: first.map(boundedDetail) }),
      ...(omitted === 0 ? {} : { omittedDetails: omitted }),
    },
  };
}

/** What an answer says of one fault, no longer than an answer may repeat of a request. */
export function boundedDetail({ code, message, target }: ErrorDetail): ErrorDetail {
  return {
    code,
    message: shortened(message, LONGEST_MESSAGE),
    ...(target === undefined ? {} : { target: shortened(target, LONGEST_TARGET) }),
  };
}

function remaining(omitted: number): string {
  return omitted === 1 ? '1 more is not listed.' : `${omitted} more are not listed.`;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(HALF_A_LETTER, '')}…`;
}

/** Where nobody named a time, so long. */
const RETRY_AFTER_MS = 5000;

/** Retry-After in whole seconds, never early. */
export function retryAfter(milliseconds: number | null): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil((milliseconds ?? RETRY_AFTER_MS) / 1000))) };
}
