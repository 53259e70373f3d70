import type { Deliver, OutboundAnswer } from '../emulator-options.js';
import { badRequest } from '../http/failure.js';

/**
 * Proves that the subscriber answers at this address (graph-protocol 8.6): it must echo the decoded token
 * as text/plain. @throws GraphFailure 400 `InvalidRequest`
 */
export async function handshake(deliver: Deliver, url: string, requestId: string): Promise<void> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
  const joined = `${url}${url.includes('?') ? '&' : '?'}validationToken=${encodeURIComponent(token)}`;
  const answer = await post(deliver, joined);
  if (answer === undefined) throw badRequest('Subscription validation request timed out.', 'InvalidRequest');
  const plain = answer.contentType.toLowerCase().startsWith('text/plain');
  if (answer.status === 200 && plain && answer.body === token) return;
  const reason =
    answer.status === 200
      ? 'Subscription validation request failed. Response must exactly match validationToken query parameter.'
      : `Subscription validation request failed. HTTP status code is '${answer.status}'. Notification endpoint must respond with 200 OK to validation request.`;
  throw badRequest(reason, 'InvalidRequest');
}

async function post(deliver: Deliver, url: string): Promise<OutboundAnswer | undefined> {
  try {
    return await deliver({ url, contentType: 'text/plain; charset=utf-8', body: '' });
  } catch {
    return undefined;
  }
}
