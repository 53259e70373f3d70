import { setMaxListeners } from 'node:events';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RegisteredFunction } from './function-registry.js';
import type { Environment, ServiceBusSettings } from './host-json.js';
import type { Invoker } from './invocation.js';
import type { Log } from './log.js';
import { busClientMaker, resolveBusConnection, type BusConnection } from './service-bus-connection.js';
import { messageInput, messageMetadata } from './service-bus-message.js';
import { runSessionSlot } from './session-slot.js';
import { expandSettings } from './setting-expansion.js';

export interface ServiceBusTriggerOptions {
  readonly fn: RegisteredFunction;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly settings: ServiceBusSettings;
  readonly environment: Environment;
}

/**
 * A function triggered by a queue with sessions, one message per call. Success completes the message
 * (`autoCompleteMessages`), a throw abandons it, and the broker serves an abandoned message again at once. While the
 * broker cannot be reached the trigger goes on trying. Queues without sessions and topics are not served.
 */
export class ServiceBusTrigger {
  readonly #options: ServiceBusTriggerOptions;
  readonly #connection: BusConnection;
  readonly #queueName: string;
  readonly #autoComplete: boolean;
  readonly #stopping = new AbortController();
  #slots: Promise<unknown> = Promise.resolve();
  #unreachable = false;

  /** @throws Error when the binding asks for what is not served, or names a setting that is missing. */
  constructor(options: ServiceBusTriggerOptions) {
    const { fn, environment, settings } = options;
    const { queueName, connection, isSessionsEnabled, autoCompleteMessages, cardinality } =
      fn.trigger.binding;
    if (typeof queueName !== 'string' || isSessionsEnabled !== true || cardinality === 'many') {
      throw new Error('only a queue with isSessionsEnabled, one message per call, is served locally.');
    }
    this.#options = options;
    this.#queueName = expandSettings(queueName, environment);
    this.#connection = resolveBusConnection(String(connection), environment);
    this.#autoComplete =
      typeof autoCompleteMessages === 'boolean' ? autoCompleteMessages : settings.autoCompleteMessages;
  }

  start(): void {
    const createClient = busClientMaker(this.#connection);
    const { settings } = this.#options;
    setMaxListeners(2 * settings.maxConcurrentSessions, this.#stopping.signal); // each slot and its receiver listen
    const slots = Array.from({ length: settings.maxConcurrentSessions }, () =>
      runSessionSlot({
        createClient,
        queueName: this.#queueName,
        settings,
        autoComplete: this.#autoComplete,
        handle: (message) => this.#handle(message),
        onUnreachable: (error) => this.#noteUnreachable(error),
        onReachable: () => this.#noteReachable(),
        onSettleFailure: (message, error) => this.#noteSettleFailure(message, error),
        stop: this.#stopping.signal,
      }),
    );
    this.#slots = Promise.all(slots);
  }

  /** Takes no more sessions or messages; resolves when those in hand are settled and the broker has been left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#slots;
  }

  async #handle(message: ServiceBusReceivedMessage): Promise<void> {
    const { invoker, fn } = this.#options;
    await invoker.invoke(fn, messageInput(message), messageMetadata(message));
  }

  #noteUnreachable(error: unknown): void {
    if (this.#unreachable) return;
    this.#unreachable = true;
    this.#log('warning', `Service Bus queue ${this.#queueName} cannot be reached: ${textOf(error)}`);
  }

  #noteReachable(): void {
    if (!this.#unreachable) return;
    this.#unreachable = false;
    this.#log('information', `Service Bus queue ${this.#queueName} is reached again.`);
  }

  #noteSettleFailure(message: ServiceBusReceivedMessage, error: unknown): void {
    const id = String(message.messageId);
    this.#log('error', `Message ${id} could not be settled and will be served again: ${textOf(error)}`);
  }

  #log(level: Parameters<Log>[0], message: string): void {
    this.#options.log(level, `Function.${this.#options.fn.name}`, message);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
