import { z } from 'zod';

import type { EntityDirectory, MessageSource } from '../entity-directory.js';
import { BrokerError } from '../queue/broker-error.js';
import type { SessionLock } from '../queue/locks.js';
import { DeliveryLink } from './delivery-link.js';
import { netTicks } from './lock-token.js';
import { answerEveryDrain, holdAttachReply, types, type OutgoingLink } from './rhea.js';

const sessionFilter = 'com.microsoft:session-filter';

/** How long a receiver waits for the next session when it does not say. */
const defaultSessionWaitMs = 60_000;

/** What a receiver asks for by its source filter. */
type SessionWish =
  { readonly kind: 'none' } | { readonly kind: 'next' } | { readonly kind: 'named'; readonly id: string };

/**
 * Attaches a receiver. The answer to a session receiver is held back until it has its session, and names it.
 * Throws a {@link BrokerError} when the receiver is refused at once.
 */
export function attachReceiver(link: OutgoingLink, entities: EntityDirectory): DeliveryLink {
  const address = link.source?.address ?? '';
  const source = entities.source(address);
  const wish = sessionWish(link);
  if (source.settings.requiresSession !== (wish.kind !== 'none')) throw wrongKindOfReceiver(source);
  answerEveryDrain(link);
  const receiver = new DeliveryLink(link, source);
  link.set_target(link.target ?? {});
  switch (wish.kind) {
    case 'none':
      link.set_source({ address });
      receiver.start();
      break;
    case 'named': {
      const lock = source.sessions.accept(wish.id, receiver);
      if (!lock) throw sessionTaken(wish.id);
      grantSession(receiver, lock);
      break;
    }
    case 'next':
      holdAttachReply(link);
      waitForSession(receiver, source);
      break;
  }
  return receiver;
}

function sessionWish(link: OutgoingLink): SessionWish {
  const filter = link.source?.filter;
  if (!filter || !(sessionFilter in filter)) return { kind: 'none' };
  const asked = filter[sessionFilter];
  const id = z
    .union([z.string(), z.object({ value: z.string() }).transform((typed) => typed.value)])
    .safeParse(asked);
  return id.success ? { kind: 'named', id: id.data } : { kind: 'next' };
}

function waitForSession(receiver: DeliveryLink, source: MessageSource): void {
  const { link } = receiver;
  const timer = setTimeout(() => {
    stop();
    refuseReceiver(link, new BrokerError('com.microsoft:timeout', 'No session had messages in time.'));
  }, sessionWaitMs(link));
  const stop = source.sessions.acceptNext({
    holder: receiver,
    granted: (lock) => {
      clearTimeout(timer);
      grantSession(receiver, lock);
      link.open();
    },
  });
  receiver.whileWaiting(() => {
    clearTimeout(timer);
    stop();
  });
}

function grantSession(receiver: DeliveryLink, lock: SessionLock): void {
  const { link } = receiver;
  link.set_source({ address: link.source?.address ?? '', filter: { [sessionFilter]: lock.sessionId } });
  link.local.attach.properties = { 'com.microsoft:locked-until-utc': types.wrap_long(netTicks(lock.until)) };
  receiver.startSession(lock);
}

/**
 * Answers the attach without a source and a target, which marks a refused link (AMQP 1.0, 2.6.3), and closes it with the
 * reason.
 */
export function refuseReceiver(link: OutgoingLink, error: BrokerError): void {
  link.local.attach.source = undefined;
  link.local.attach.target = undefined;
  link.open();
  link.close({ condition: error.condition, description: error.message });
}

function sessionWaitMs(link: OutgoingLink): number {
  const asked = link.properties?.['com.microsoft:timeout'];
  return typeof asked === 'number' ? Math.min(asked, defaultSessionWaitMs) : defaultSessionWaitMs;
}

function wrongKindOfReceiver(source: MessageSource): BrokerError {
  const description = source.settings.requiresSession
    ? 'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.'
    : 'It is not possible for an entity without sessions to create a sessionful message receiver.';
  return new BrokerError('amqp:not-allowed', description);
}

function sessionTaken(sessionId: string): BrokerError {
  return new BrokerError(
    'com.microsoft:session-cannot-be-locked',
    `The requested session '${sessionId}' cannot be accepted. It may be locked by another receiver.`,
  );
}
