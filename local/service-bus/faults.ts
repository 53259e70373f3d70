import { BrokerError } from './queue/broker-error.js';

/** How the broker takes sends (and scheduled sends): as usual, slowly, or not at all. */
export type SendFault =
  | { readonly kind: 'none' }
  /** The message is stored, and the send acknowledged, only after `delayMs` milliseconds. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The send is refused as throttled; clients retry it and then report `ServiceBusy`. */
  | { readonly kind: 'denied' };

/** Faults that tests switch on and off while the broker runs. */
export class FaultSwitches {
  #sends: SendFault = { kind: 'none' };

  setSends(fault: SendFault): void {
    this.#sends = fault;
  }

  /** Runs a send under the present fault. Its errors go to `refused`, also those of `send` itself. */
  onSend(send: () => void, refused: (error: unknown) => void): void {
    const attempt = (): void => {
      try {
        send();
      } catch (error) {
        refused(error);
      }
    };
    switch (this.#sends.kind) {
      case 'none':
        attempt();
        return;
      case 'slow':
        setTimeout(attempt, this.#sends.delayMs);
        return;
      case 'denied':
        refused(new BrokerError('com.microsoft:server-busy', 'The server is busy. Please try again later.'));
        return;
    }
  }
}
