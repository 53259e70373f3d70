import type { GraphFailure } from '../http/failure.js';
import { badRequest } from '../http/failure.js';
import { longestMinutes, watchedBy, type Watched } from './subscription.js';

/** A creation request that passed all checks which need no call. */
export interface SubscriptionRequest {
  readonly changeType: string;
  readonly changeTypes: readonly string[];
  readonly resource: string;
  readonly watched: Watched;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly expiresAt: number;
}

const longestState = 128;
const invalid = (message: string): GraphFailure => badRequest(message, 'InvalidRequest');

/** Checks the body of `POST /subscriptions`. @throws GraphFailure 400 */
export function parseSubscription(body: unknown, now: number): SubscriptionRequest {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const changeType = text(given, 'changeType');
  const changeTypes = changeType.split(',').map((each) => each.trim().toLowerCase());
  if (changeTypes.some((each) => !['created', 'updated', 'deleted'].includes(each))) {
    throw invalid(`Invalid 'changeType' attribute: '${changeType}'.`);
  }
  const resource = text(given, 'resource');
  const watched = watchedBy(resource);
  if (watched === undefined) throw invalid(`Resource '${resource}' is not supported.`);
  const clientState = given['clientState'] ?? null;
  if (clientState !== null && (typeof clientState !== 'string' || clientState.length > longestState)) {
    throw invalid(`The clientState must be a text of at most ${longestState} characters.`);
  }
  const lifecycle = given['lifecycleNotificationUrl'] ?? null;
  return {
    changeType,
    changeTypes,
    resource,
    watched,
    notificationUrl: address(text(given, 'notificationUrl'), 'notificationUrl'),
    lifecycleNotificationUrl:
      typeof lifecycle === 'string' ? address(lifecycle, 'lifecycleNotificationUrl') : null,
    clientState,
    expiresAt: parseExpiry(given['expirationDateTime'], watched, now),
  };
}

/** An expiry that is in the future and not too far (graph-protocol 8.3). @throws GraphFailure 400 */
export function parseExpiry(value: unknown, watched: Watched, now: number): number {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) throw invalid("The 'expirationDateTime' attribute is missing or no instant.");
  if (at <= now) throw invalid('Subscription expiration must be in the future.');
  const most = longestMinutes(watched);
  if (at - now > most * 60_000) {
    throw badRequest(`Subscription expiration can only be ${most} minutes in the future.`, 'ExtensionError');
  }
  return at;
}

function text(given: Record<string, unknown>, name: string): string {
  const value = given[name];
  if (typeof value !== 'string' || value === '') throw invalid(`'${name}' is a required property.`);
  return value;
}

/** https, or http for loopback hosts: the emulator's one deviation from Graph. */
function address(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return value;
  throw invalid(`The '${name}' must be an https URL.`);
}
