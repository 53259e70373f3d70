import type { MessageSource } from '../entity-directory.js';
import { BrokerError, sessionLockLost } from '../queue/broker-error.js';
import type { SessionHolder, SessionLock } from '../queue/locks.js';
import { deliveryTag, tokenOfTag } from './lock-token.js';
import { outgoingContent } from './message-content.js';
import { outcome, roomToSend, type AmqpDelivery, type OutgoingLink } from './rhea.js';
import { settlementOf, type ReceiverOutcome } from './receiver-outcome.js';

/** One attached receiver: delivers while it has credit, and settles what it answers. */
export class DeliveryLink implements SessionHolder {
  readonly link: OutgoingLink;
  readonly #source: MessageSource;
  readonly #deletes: boolean;
  #session: SessionLock | null = null;
  #stop: () => unknown = () => undefined;
  #isWoken = false;

  constructor(link: OutgoingLink, source: MessageSource) {
    this.link = link;
    this.#source = source;
    // Sender settle mode "settled" is how a client asks for receiveAndDelete.
    this.#deletes = link.snd_settle_mode === 1;
    link.local.attach.snd_settle_mode = link.snd_settle_mode;
    link.local.attach.rcv_settle_mode = link.rcv_settle_mode;
  }

  get name(): string {
    return this.link.name;
  }

  /** Starts delivering from a queue without sessions. */
  start(): void {
    this.#stop = this.#source.listen(() => {
      this.wake();
    });
  }

  /** Starts delivering from a session. */
  startSession(session: SessionLock): void {
    this.#session = session;
    this.wake();
  }

  /** Sets what detaching has to undo while no session was granted yet. */
  whileWaiting(stop: () => void): void {
    this.#stop = stop;
  }

  /** Delivers soon; many wakes in one turn deliver once. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      this.deliver();
    });
  }

  /** Delivers what there is, as far as credit goes. */
  deliver(): void {
    if (this.#source.settings.requiresSession && !this.#session) return;
    while (this.link.is_open() && roomToSend(this.link) > 0) {
      if (!(this.#deletes ? this.#deliverAndDelete() : this.#deliverLocked())) return;
    }
  }

  /** Delivers what there is and gives the rest of the credit back. */
  drain(): void {
    this.deliver();
    this.link.set_drained(true);
  }

  lost(sessionId: string): void {
    const { condition, message } = sessionLockLost(sessionId);
    this.link.close({ condition, description: message });
  }

  /** `vanished`: the connection broke without a detach, so that the session stays locked until it expires. */
  detach(how: 'closed' | 'vanished'): void {
    this.#stop();
    if (this.#session && how === 'closed') this.#source.sessions.end(this.#session, 'closed');
  }

  settle(delivery: AmqpDelivery, answer: ReceiverOutcome): void {
    try {
      this.#source.settle(tokenOfTag(delivery.tag), settlementOf(answer));
      delivery.update(true, outcome.accepted());
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      const { condition, description } = this.#lostLock(error);
      delivery.update(true, outcome.rejected({ condition, description }));
    }
    // A receiver in settle mode "second" never says that it settled: without this, rhea's ring of unsettled
    // deliveries fills up and the link stops.
    delivery.remote_settled = true;
  }

  #lostLock(error: BrokerError): { readonly condition: string; readonly description: string } {
    const isLost = error.condition === 'com.microsoft:message-lock-lost' && this.#session;
    const told = isLost ? sessionLockLost(isLost.sessionId) : error;
    return { condition: told.condition, description: told.message };
  }

  #deliverLocked(): boolean {
    const lock = this.#source.receive(this.#session);
    if (!lock) return false;
    const content = outgoingContent(lock.message, lock.session?.until ?? lock.until);
    this.link.send(content, deliveryTag(lock.token), 0);
    return true;
  }

  #deliverAndDelete(): boolean {
    const message = this.#source.receiveAndDelete(this.#session);
    if (!message) return false;
    this.link.send(outgoingContent(message, null), undefined, 0);
    return true;
  }
}
